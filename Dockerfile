# MCP over stdio: docker run -i --rm --read-only --tmpfs /data:uid=65532 -e SALESHANDY_API_KEY saleshandy-mcp
ARG BASE=docker.io/library/python:3.13-slim

FROM ${BASE} AS build
WORKDIR /src
RUN python3 -m venv /opt/saleshandy-mcp
COPY constraints.txt ./
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY docs/examples docs/examples
COPY manifests/releasing manifests/releasing
COPY saleshandy_mcp saleshandy_mcp
RUN /opt/saleshandy-mcp/bin/pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt .

FROM ${BASE}
COPY --from=build /opt/saleshandy-mcp /opt/saleshandy-mcp
# /data holds the ledger of imports, and should outlive the container; /lists is the only folder that imports may read.
RUN mkdir -m 700 /data && mkdir /lists && chown 65532:65532 /data
ENV PATH=/opt/saleshandy-mcp/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data \
    SALESHANDY_DATA=/data \
    SALESHANDY_FILES=/lists
USER 65532:65532
VOLUME ["/data"]
ENTRYPOINT ["saleshandy-mcp"]
CMD ["serve"]
