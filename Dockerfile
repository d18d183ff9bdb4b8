# The control plane in a small image: no shell, no package manager, not root.
# With a linker; it compiles for the processor that it runs on.
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble-aot AS build
WORKDIR /source
COPY . .
# One file of machine code (src/XdsServer/Runtime.props): it starts sooner and takes less memory than what the runtime would compile.
RUN dotnet publish src/XdsServer/XdsServer.csproj -c Release --use-current-runtime -p:PublishAot=true -o /app

# What the runtime needs of the system, and no more.
FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
WORKDIR /app
COPY --from=build /app .
USER $APP_UID
# gRPC, REST, admin (loopback unless --admin says otherwise)
EXPOSE 18000 18001 18002
ENTRYPOINT ["./XdsServer"]
CMD ["serve"]
