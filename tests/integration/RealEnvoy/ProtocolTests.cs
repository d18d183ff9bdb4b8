using System.Net;
using System.Net.WebSockets;
using System.Text;
using XdsServer.Tests.Integration.Harness;

namespace XdsServer.Tests.Integration.RealEnvoy;

/// <summary>Every protocol, and every kind of endpoint, through a sidecar.</summary>
public sealed class ProtocolTests : MeshTest
{
    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Grpc_goes_through_egress_with_its_status(string version, Transport transport)
    {
        var program = EnvoyOf(version);
        var upstream = await KeepAsync(Upstream.StartHttp2Async("greeter"));
        Mesh.Write("mesh.yaml", Manifests.Service("greeter", 50051, "grpc", upstream.Port));
        await ServeAsync();
        var bootstrap = NewBootstrap(transport);
        await StartEnvoyAsync(program, bootstrap.Text);

        var answer = await ClientOf(bootstrap.EgressPort).CallAsync("greeter:50051", "hello");

        answer.Should().Be(("0", "greeter:hello"));
    }

    [SkippableTheory]
    [Versions]
    public async Task A_websocket_stays_open_through_egress(string version)
    {
        var program = EnvoyOf(version);
        var upstream = await KeepAsync(Upstream.StartAsync("chat"));
        Mesh.Write("mesh.yaml", Manifests.Service("chat", 80, "http", upstream.Port));
        await ServeAsync();
        var bootstrap = NewBootstrap();
        await StartEnvoyAsync(program, bootstrap.Text);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Host", "chat");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{bootstrap.EgressPort}/"), deadline.Token);
        var buffer = new byte[100];
        foreach (var text in (string[])["one", "two"])
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
            var received = await socket.ReceiveAsync(buffer.AsMemory(), deadline.Token);
            Encoding.UTF8.GetString(buffer, 0, received.Count).Should().Be($"chat:{text}");
        }
    }

    [SkippableTheory]
    [Versions]
    public async Task Tcp_goes_through_the_listener_of_its_service_port(string version)
    {
        var program = EnvoyOf(version);
        var (first, second) = (Keep(TcpUpstream.Start("first")), Keep(TcpUpstream.Start("second")));
        var port = FreePort.Take();
        Mesh.Write("mesh.yaml", Manifests.Service("db", port, "tcp", first.Port));
        await ServeAsync();
        await StartEnvoyAsync(program, NewBootstrap().Text);

        await Eventually.HoldsAsync("an answer over TCP", async stop => await TcpUpstream.AskAsync("127.0.0.1", port, "hi", stop) == "first:hi");
        Mesh.Write("mesh.yaml", Manifests.Service("db", port, "tcp", second.Port));
        await Eventually.HoldsAsync("an answer of the other endpoint", async stop => await TcpUpstream.AskAsync("127.0.0.1", port, "hi", stop) == "second:hi");
    }

    [SkippableTheory]
    [Versions]
    public async Task Endpoints_may_be_unix_sockets_ipv6_addresses_and_host_names(string version)
    {
        var program = EnvoyOf(version);
        using var sockets = new TemporaryFolder();
        var path = sockets.PathOf("app.sock");
        await KeepAsync(Upstream.StartUnixAsync("unix", path));
        var ipv6 = await KeepAsync(Upstream.StartIpv6Async("ipv6"));
        var named = await KeepAsync(Upstream.StartAsync("named"));
        Mesh.Write("mesh.yaml", Manifests.Service("unix", 80, "http", $"{{address: 'unix://{path}'}}")
            + Manifests.Service("six", 80, "http", $"{{address: '::1', port: {ipv6.Port}}}")
            + Manifests.Service("named", 80, "http", $"{{address: localhost, port: {named.Port}}}").Replace("  endpoints:", "  resolution: dns\n  endpoints:", StringComparison.Ordinal));
        await ServeAsync();
        var bootstrap = NewBootstrap();
        await StartEnvoyAsync(program, bootstrap.Text);
        var client = ClientOf(bootstrap.EgressPort);

        await client.AnsweredByAsync("unix", "unix");
        await client.AnsweredByAsync("six", "ipv6");
        await client.AnsweredByAsync("named", "named");
    }

    [SkippableTheory]
    [Versions]
    public async Task Inbound_traffic_reaches_the_local_application(string version)
    {
        var program = EnvoyOf(version);
        var application = await KeepAsync(Upstream.StartAsync("application"));
        Mesh.Write("mesh.yaml", Manifests.Service("web", 80, "http", application.Port));
        await ServeAsync();
        var bootstrap = NewBootstrap() with { Service = "web" };
        await StartEnvoyAsync(program, bootstrap.Text);

        (await ClientOf(bootstrap.InboundPort).GetAsync("web.demo")).Should().Be((HttpStatusCode.OK, "application"));
    }

    [SkippableTheory]
    [Versions]
    public async Task One_proxy_of_a_machine_serves_all_its_namespaces(string version)
    {
        var program = EnvoyOf(version);
        var web = await KeepAsync(Upstream.StartAsync("web"));
        var shop = await KeepAsync(Upstream.StartAsync("shop"));
        Mesh.Write("mesh.yaml", Manifests.Service("web", 80, "http", web.Port)
            + Manifests.Service("web", 80, "http", shop.Port).Replace("namespace: demo", "namespace: shop", StringComparison.Ordinal));
        await ServeAsync();
        var bootstrap = NewBootstrap() with { Profile = "node", Service = "" };
        await StartEnvoyAsync(program, bootstrap.Text);
        var client = ClientOf(bootstrap.EgressPort);

        await client.AnsweredByAsync("web.demo", "web");
        await client.AnsweredByAsync("web.shop", "shop");
    }
}
