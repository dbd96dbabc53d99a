# The app as production runs it. Migrations are the release step and not done here:
# `flask --app backend.app migrate` in this image, before a new version starts.
FROM python:3.11-slim-bookworm

# Pango, cairo and the fonts draw PDF exports. PostgreSQL's client programs make and read backups of servers up to 15.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-noto-cjk fonts-noto-color-emoji fonts-noto-core libpangocairo-1.0-0 postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1
WORKDIR /app

COPY requirements.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check -r requirements.txt

RUN groupadd --gid 10001 flux \
    && useradd --uid 10001 --gid flux --no-create-home --home-dir /app flux \
    && install --directory --owner flux --group flux --mode 700 var

COPY backend backend

# By number, so that a host that refuses root can tell.
USER 10001:10001
# SQLite's file, and whatever else has to stay.
VOLUME /app/var
EXPOSE 8000

HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-c", "import http.client, os; asked = http.client.HTTPConnection('127.0.0.1', int(os.environ.get('PORT') or 8000), timeout=4); asked.request('GET', '/health'); raise SystemExit(asked.getresponse().status != 200)"]

CMD ["gunicorn", "-c", "backend/gunicorn.conf.py", "backend.app:create_app()"]
