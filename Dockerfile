# One image for every role: `serve`, `ocpp`, `worker` or `migrate` is the command.
FROM python:3.13-slim-bookworm AS build
WORKDIR /opt/directpay
COPY requirements.lock ./
COPY scripts/install.sh scripts/
RUN sh scripts/install.sh venv requirements.lock
COPY app app
COPY qr qr
COPY templates templates
COPY static static
COPY docs/problems docs/problems
RUN venv/bin/python -m compileall -q app qr

FROM python:3.13-slim-bookworm
RUN groupadd --system --gid 10001 directpay \
    && useradd --system --uid 10001 --gid 10001 --home-dir /opt/directpay --shell /usr/sbin/nologin directpay \
    && install -d -o directpay -g directpay /var/lib/directpay
COPY --from=build /opt/directpay /opt/directpay
WORKDIR /opt/directpay
ENV PATH=/opt/directpay/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DIRECTPAY_STATE=/var/lib/directpay \
    HOST=0.0.0.0 \
    PORT=8000
USER 10001:10001
VOLUME /var/lib/directpay
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/health/live')"]
ENTRYPOINT ["directpay"]
CMD ["serve"]
