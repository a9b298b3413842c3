# One image for web, worker and beat; docker-compose.yml says which of them a container is.
# hadolint global ignore=DL3008
# (Debian's point releases move versions on and drop the old ones: a pinned version stops building.)

FROM python:3.11-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
WORKDIR /build
COPY requirements.txt .
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
# Pango renders packets; the PostgreSQL client is what backup and restore run.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-dejavu-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 libpq5 postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /home/throughline throughline \
    && install -d -o throughline -g throughline /app /var/throughline
COPY --from=build /venv /venv
WORKDIR /app
COPY --chown=root:root manage.py ./
COPY --chown=root:root accounts accounts
COPY --chown=root:root config config
COPY --chown=root:root locale locale
COPY --chown=root:root scripts/healthcheck.py scripts/healthcheck.py
COPY --chown=root:root static static
COPY --chown=root:root templates templates
COPY --chown=root:root transitions transitions
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/app/collected \
    VAR_DIR=/var/throughline
# The key signs nothing here: collecting static files only needs settings that can be read.
RUN HTTPS=0 VAR_DIR=/tmp/build python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build \
    && chmod -R a+rX /app/collected
USER 10001
VOLUME /var/throughline
EXPOSE 8000
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--access-logfile", "-", "--logger-class", "config.logs.AccessLog", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--graceful-timeout", "20"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["python", "scripts/healthcheck.py"]
