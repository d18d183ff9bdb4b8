# The control plane in a small image: no shell, no package manager, not root.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH=amd64
WORKDIR /source
COPY . .
# ReadyToRun halves the time to the first served proxy; the image is per architecture anyway.
RUN dotnet publish src/XdsServer/XdsServer.csproj -c Release -a "$TARGETARCH" --self-contained false -p:PublishReadyToRun=true -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
WORKDIR /app
COPY --from=build /app .
USER $APP_UID
# gRPC, REST, admin (loopback unless --admin says otherwise)
EXPOSE 18000 18001 18002
ENTRYPOINT ["./XdsServer"]
CMD ["serve"]
