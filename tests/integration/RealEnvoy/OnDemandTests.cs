using System.Net;
using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Discovery;
using XdsServer.Tests.Integration.Conformance;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Translators.Resources;
using Builder = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.ScopedRoutes.Types.ScopeKeyBuilder;

namespace XdsServer.Tests.Integration.RealEnvoy;

/// <summary>Resources that no translator of ours makes: virtual hosts on demand and scoped routes, as a real Envoy asks for them (duties 78, 84).</summary>
public sealed class OnDemandTests : MeshTest
{
    private const string OnDemand = "type.googleapis.com/envoy.extensions.filters.http.on_demand.v3.OnDemand";

    // The oldest Envoy takes virtual hosts from a stream of their own only.
    private static readonly ConfigSource OwnStream = new()
    {
        ResourceApiVersion = ApiVersion.V3,
        ApiConfigSource = new ApiConfigSource
        {
            ApiType = ApiConfigSource.Types.ApiType.DeltaGrpc,
            TransportApiVersion = ApiVersion.V3,
            GrpcServices = { new GrpcService { EnvoyGrpc = new GrpcService.Types.EnvoyGrpc { ClusterName = "xds" } } },
        },
    };

    private static readonly ConfigSource Ads = new() { Ads = new AggregatedConfigSource(), ResourceApiVersion = ApiVersion.V3 };

    [SkippableTheory]
    [InlineData("newest", true)]
    [InlineData("newest", false)]
    [InlineData("oldest", false)]
    public async Task A_virtual_host_is_fetched_when_it_is_asked_for_and_followed_from_then_on(string version, bool isAggregated)
    {
        var program = EnvoyOf(version);
        var (first, second) = (await KeepAsync(Upstream.StartAsync("first")), await KeepAsync(Upstream.StartAsync("second")));
        var port = FreePort.Take();
        await using var world = await EnvoyWorld.StartAsync(program, Transport.DeltaAds, new DiscoveryOptions(), w => w.Put(
            Carry.Static("first", first.Port),
            Carry.Static("second", second.Port),
            Carry.Listener("front", port, new Rds { RouteConfigName = "hosts", ConfigSource = Ads }, new HttpFilter { Name = "on_demand", TypedConfig = new Any { TypeUrl = OnDemand } }),
            Carry.Of(ResourceType.Route, "hosts", new RouteConfiguration { Name = "hosts", Vhds = new Vhds { ConfigSource = isAggregated ? Ads : OwnStream } }),
            Host("first"),
            Host("unasked")));
        await world.Envoy.ReadyAsync();
        var client = ClientOf(port);

        await client.AnsweredByAsync("web.test", "first", state: world.Describe);
        (await client.GetAsync("nobody.test")).Status.Should().Be(HttpStatusCode.NotFound, "a host that does not exist is answered at once, not at a timeout");
        world.World.Put(Host("second"));
        await client.AnsweredByAsync("web.test", "second", state: world.Describe);
        world.World.Put(Host("first", "nobody.test"));
        await Eventually.HoldsAsync("the host that was asked for in vain", async stop => await client.GetAsync("nobody.test", "/", stop) == (HttpStatusCode.OK, "first"), world.Describe);

        var routes = await world.Envoy.AdminAsync("/config_dump?resource=dynamic_route_configs");
        routes.Should().NotContain("unasked", "what was not asked for is not sent");
        await world.Envoy.AssertCleanAsync();
    }

    [SkippableTheory]
    [Versions(Transport.SotwAds, Transport.DeltaAds)]
    public async Task Scoped_routes_are_asked_for_without_names_and_what_is_gone_is_dropped(string version, Transport transport)
    {
        var program = EnvoyOf(version);
        var (first, second) = (await KeepAsync(Upstream.StartAsync("first")), await KeepAsync(Upstream.StartAsync("second")));
        var port = FreePort.Take();
        await using var world = await EnvoyWorld.StartAsync(program, transport, new DiscoveryOptions(), w => w.Put(
            Carry.Static("first", first.Port),
            Carry.Static("second", second.Port),
            Carry.Listener("front", port, Scopes()),
            Carry.Route("to-first", "first"),
            Carry.Route("to-second", "second"),
            Make.ScopedRoute("a", "to-first"),
            Make.ScopedRoute("b", "to-second")));
        await world.Envoy.ReadyAsync();
        var client = ClientOf(port);

        await client.AnsweredByAsync("a", "first", state: world.Describe);
        await client.AnsweredByAsync("b", "second", state: world.Describe);
        world.World.Edit([Make.ScopedRoute("c", "to-second")], [new ResourceName(ResourceType.ScopedRoute, "b")]);
        await client.AnsweredByAsync("c", "second", state: world.Describe);
        await Eventually.HoldsAsync("the loss of scope b", async stop => (await client.GetAsync("b", "/", stop)).Status == HttpStatusCode.NotFound, world.Describe);
        await client.AnsweredByAsync("a", "first", state: world.Describe);

        await world.Envoy.AssertCleanAsync();
    }

    private static Resource Host(string cluster, string host = "web.test") => cluster == "unasked"
        ? Carry.Of(ResourceType.VirtualHost, "hosts/unasked.test", Carry.Host("unasked", "unasked.test"))
        : Carry.Of(ResourceType.VirtualHost, $"hosts/{host}", Carry.Host(cluster, host));

    private static ScopedRoutes Scopes() => new()
    {
        Name = "scopes",
        RdsConfigSource = Ads,
        ScopedRds = new ScopedRds { ScopedRdsConfigSource = Ads },
        ScopeKeyBuilder = new Builder { Fragments = { new Builder.Types.FragmentBuilder { HeaderValueExtractor = new() { Name = ":authority", Index = 0 } } } },
    };
}
