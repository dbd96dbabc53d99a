"""Says before the first start what is missing, one line each: `make check`, `flask --app backend.app check`."""
