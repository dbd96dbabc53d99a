# The back end for any host that runs containers. The release step is the same image with another command:
#   flask --app backend.app migrate
FROM python:3.11-slim-trixie

# Pango and fonts draw PDF exports; PostgreSQL's client programs make backups.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpangocairo-1.0-0 fonts-noto-core fonts-noto-cjk \
        fonts-noto-color-emoji postgresql-client \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir -r requirements.txt

COPY backend backend
COPY extensions extensions
COPY shopify.app.toml ./

# SQLite's place, where a volume may lie.
RUN useradd --uid 10001 --no-create-home flux && install -d -o flux -g flux var
USER flux

ENV PORT=8000 PYTHONUNBUFFERED=1 FLASK_SKIP_DOTENV=1
EXPOSE 8000
HEALTHCHECK CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health', timeout=5)"]
CMD ["gunicorn", "-c", "backend/gunicorn.conf.py", "backend.app:create_app()"]
