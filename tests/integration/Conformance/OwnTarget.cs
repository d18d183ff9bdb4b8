using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using XdsServer.Discovery;
using XdsServer.Grpc;
using XdsServer.Rest;
using XdsServer.Tests.Integration.Conformance.Client;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Integration.Conformance;

/// <summary>
/// Our own discovery behind its real transport, in this process, on free ports. Beyond the control contract it serves resources of
/// every type (<see cref="Worlds"/>), and it can be stopped as a server is stopped.
/// </summary>
internal sealed class OwnTarget : ConformanceTarget
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping;
    private int _barriers;

    private OwnTarget(WebApplication app, DiscoveryServer discovery, Worlds worlds, CancellationTokenSource stopping)
    {
        _app = app;
        _stopping = stopping;
        Discovery = discovery;
        Worlds = worlds;
        var addresses = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        GrpcAddress = new Uri(addresses.First());
        RestAddress = new Uri(addresses.Last());
    }

    public override Uri GrpcAddress { get; }

    /// <summary>Where clients poll.</summary>
    public Uri RestAddress { get; }

    /// <summary>What is served.</summary>
    public Worlds Worlds { get; }

    /// <summary>The server's view of its streams.</summary>
    public DiscoveryServer Discovery { get; }

    /// <summary>
    /// With secrets, although there is no TLS; and with little patience for clients that come back and do not ask for their routes.
    /// </summary>
    public static new Task<OwnTarget> StartAsync() =>
        StartAsync(new DiscoveryOptions { AllowPlaintextSecrets = true, ResumeLimit = TimeSpan.FromMilliseconds(500), SeparateWait = TimeSpan.FromMilliseconds(100) }, new GrpcLimits());

    /// <summary>With other settings; in place of one that was stopped when <paramref name="port"/> and <paramref name="worlds"/> are its own.</summary>
    public static async Task<OwnTarget> StartAsync(DiscoveryOptions options, GrpcLimits limits, Worlds? worlds = null, int port = 0, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        worlds ??= new Worlds();
        var stopping = new CancellationTokenSource();
        var discovery = new DiscoveryServer(worlds, options, time, NullLogger<DiscoveryServer>.Instance);
        var grpc = new GrpcServer(XdsServices.Methods(discovery), limits, time, NullLogger<GrpcServer>.Instance, stopping.Token);

        var rest = new RestServer(discovery);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.UseGrpc(limits);
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseGrpc(limits, tls: null, time));
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        app.Run(context => context.Request.Protocol == "HTTP/2" ? grpc.InvokeAsync(context) : rest.InvokeAsync(context));
        await app.StartAsync();
        return new OwnTarget(app, discovery, worlds, stopping);
    }

    public override Task ResetAsync(int clusters, int endpoints = 2)
    {
        var names = Synthetic.Names(clusters);
        Worlds.Renew().Put([.. names.Select(n => Make.Cluster(n)), .. names.Select(n => Make.Assignment(n, endpoints: endpoints))]);
        return Task.CompletedTask;
    }

    public override Task ChangeAsync(ResourceType type, int value, params string[] names)
    {
        Worlds.Current.Put([.. names.Select(n => type == ResourceType.Cluster ? Make.Cluster(n, value) : Make.Assignment(n, value))]);
        return Task.CompletedTask;
    }

    public override Task RemoveAsync(ResourceType type, params string[] names)
    {
        Worlds.Current.Remove(type, names);
        return Task.CompletedTask;
    }

    public override Task RepublishAsync()
    {
        Worlds.Current.Publish();
        return Task.CompletedTask;
    }

    /// <summary>
    /// Asks on the stream itself for a runtime layer that comes to exist meanwhile: its answer proves that all earlier requests were
    /// read and the newest snapshot was seen, and runtime is last in push order. Once more, for what was still to be pushed then.
    /// </summary>
    public override async Task SettleAsync(XdsStream stream)
    {
        const int Rounds = 2;
        var kept = new List<Answer>();
        for (var i = 0; i < Rounds; i++)
        {
            var name = $"barrier-{++_barriers}";
            await stream.SubscribeAsync(ResourceType.Runtime, name);
            Worlds.Current.Put(Make.Runtime(name));
            kept.AddRange(await UntilAsync(stream, name));
        }

        stream.PutBack(kept);
    }

    /// <summary>Returns when the server has read requests for that many types on the stream of this node.</summary>
    public async Task HasReadAsync(string nodeId, int types)
    {
        using var limit = new CancellationTokenSource(Deadline.Length);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!Discovery.Streams.Read().Any(s => s.NodeId == nodeId && s.Types.Length == types))
        {
            await poll.WaitForNextTickAsync(limit.Token);
        }
    }

    /// <summary>The first part of a stop: open streams are ended, connections stay.</summary>
    public Task EndCallsAsync() => _stopping.CancelAsync();

    /// <summary>Stops as a server does that is told to: open streams are ended.</summary>
    public async Task StopAsync()
    {
        await EndCallsAsync();
        await _app.StopAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private static async Task<IReadOnlyList<Answer>> UntilAsync(XdsStream stream, string barrier)
    {
        var others = new List<Answer>();
        while (true)
        {
            var answer = await stream.NextAsync();
            if (answer.Type != ResourceType.Runtime)
            {
                others.Add(answer);
                continue;
            }

            await stream.AckAsync(answer);
            if (answer.Names.Contains(barrier))
            {
                return others;
            }
        }
    }
}
