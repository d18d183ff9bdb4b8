using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using XdsServer.Grpc;
using XdsServer.Options;
using XdsServer.Tls;

namespace XdsServer.Hosting;

/// <summary>The web application around the server: listeners and logging, nothing else.</summary>
internal static class ServerBuilder
{
    /// <summary>A builder with the three listeners.</summary>
    public static WebApplicationBuilder Create(XdsServerOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "XdsServer" });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(k => Listen(k, options));
        builder.Services.Configure<HostOptions>(h => h.ShutdownTimeout = options.ShutdownTimeout);
        builder.Services.AddSingleton(TimeProvider.System);
        LogSetup.Add(builder.Logging, options.Log);
        return builder;
    }

    private static void Listen(KestrelServerOptions kestrel, XdsServerOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.UseGrpcLimits(options.Grpc.Limits);
        kestrel.Listen(AddressOf(options.Grpc.Address), l => Set(l, ListenerRole.Grpc, HttpProtocols.Http2, options.Grpc.Tls));
        kestrel.Listen(AddressOf(options.Rest.Address), l => Set(l, ListenerRole.Rest, HttpProtocols.Http1, options.Rest.Tls));
        kestrel.Listen(AddressOf(options.Admin.Address), l => Set(l, ListenerRole.Admin, HttpProtocols.Http1, new TlsOptions()));
    }

    private static void Set(ListenOptions listener, ListenerRole role, HttpProtocols protocols, TlsOptions tls)
    {
        listener.Protocols = protocols;
        role.Mark(listener);
        if (tls.IsEnabled)
        {
            var services = listener.ApplicationServices;
            new ServerTls(tls, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ServerTls>>())
                .Use(listener, protocols == HttpProtocols.Http2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11);
        }
    }

    private static IPEndPoint AddressOf(string text) =>
        ListenAddress.TryParse(text, out var address) ? address : throw new InvalidOperationException($"'{text}' was not checked.");
}
