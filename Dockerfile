# syntax=docker/dockerfile:1

# A release build passes the same image by digest: --build-arg NODE_IMAGE=node:24.11.1-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:24.11.1-bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
COPY web ./web
COPY scripts/build-cli.mjs ./scripts/build-cli.mjs
RUN npm run build && mkdir -p /var/lib/beanpod/blobs

# The simulated clouds of the demo: docker build --target simulators
FROM build AS simulators
COPY test/simulators ./test/simulators
ENV HOME=/tmp
USER 65532:65532
ENTRYPOINT ["node", "--import", "tsx"]
CMD ["test/simulators/elastic-beanstalk/main.ts", "--demo"]

# One image for every role; the command is the role: api, worker or all.
FROM ${NODE_IMAGE} AS beanpod
LABEL org.opencontainers.image.title="Beanpod" org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
ENV NODE_ENV=production HOME=/tmp BEANPOD_BLOBS=/var/lib/beanpod/blobs
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
RUN ln -s /app/dist/beanpod.mjs /usr/local/bin/beanpod
# Named volumes take over the owner of the folder that they cover.
COPY --from=build --chown=65532:65532 /var/lib/beanpod /var/lib/beanpod
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["node", "--enable-source-maps", "dist/main.js"]
CMD ["api"]
