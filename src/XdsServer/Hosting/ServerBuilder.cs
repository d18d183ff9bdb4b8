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
    /// <summary>A builder with the listeners.</summary>
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
        kestrel.UseGrpc(options.Grpc.Limits);
        kestrel.Listen(AddressOf(options.Grpc.Address), l => SetGrpc(l, options.Grpc));
        kestrel.Listen(AddressOf(options.Rest.Address), l => SetHttp(l, ListenerRole.Rest, options.Rest.Tls));
        kestrel.Listen(AddressOf(options.Admin.Address), l => SetHttp(l, ListenerRole.Admin, new TlsOptions()));
        if (options.SmiMetrics.IsEnabled)
        {
            kestrel.Listen(AddressOf(options.SmiMetrics.Address), l => SetHttp(l, ListenerRole.SmiMetrics, options.SmiMetrics.Tls));
        }
    }

    private static void SetGrpc(ListenOptions listener, GrpcOptions options)
    {
        ListenerRole.Grpc.Mark(listener);
        listener.UseGrpc(options.Limits, TlsOf(listener, options.Tls), listener.ApplicationServices.GetRequiredService<TimeProvider>());
    }

    private static void SetHttp(ListenOptions listener, ListenerRole role, TlsOptions tls)
    {
        listener.Protocols = HttpProtocols.Http1;
        role.Mark(listener);
        TlsOf(listener, tls)?.Use(listener, SslApplicationProtocol.Http11);
    }

    private static ServerTls? TlsOf(ListenOptions listener, TlsOptions tls)
    {
        var services = listener.ApplicationServices;
        return tls.IsEnabled ? new ServerTls(tls, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<ServerTls>>()) : null;
    }

    private static IPEndPoint AddressOf(string text) =>
        ListenAddress.TryParse(text, out var address) ? address : throw new InvalidOperationException($"'{text}' was not checked.");
}
