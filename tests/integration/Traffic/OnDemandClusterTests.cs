using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;
using Xds.Type.V3;
using XdsServer.Discovery;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>
/// Rule 9: an Envoy that fetches clusters on demand asks for one when a request is to go there, so a route that waited for the ACK of such a cluster would wait
/// for ever. Envoy offers this over delta only (duty 79).
/// </summary>
public sealed class OnDemandClusterTests : RuleTest
{
    private static readonly HttpFilter OnDemand = new()
    {
        Name = "envoy.filters.http.on_demand",
        TypedConfig = Any.Pack(new TypedStruct
        {
            TypeUrl = "type.googleapis.com/envoy.extensions.filters.http.on_demand.v3.OnDemand",
            Value = Struct.Parser.ParseJson("""{"odcds": {"source": {"ads": {}, "resource_api_version": "V3"}, "timeout": "15s"}}"""),
        }),
    };

    [SkippableTheory]
    [Versions]
    public async Task Rule_9_a_route_to_a_cluster_that_is_fetched_on_demand_waits_for_no_ACK(string version)
    {
        await StartAsync(version, EnvoyRules.None);

        MoveTo(Carry.Eds("new"));

        await EndsWithNewAsync();
        await World.Envoy.AssertCleanAsync();
    }

    [SkippableTheory]
    [Versions]
    public async Task Without_rule_9_the_route_does_not_move(string version)
    {
        await StartAsync(version, EnvoyRules.UnknownNamesDoNotGate);

        MoveTo(Carry.Eds("new"));

        await StaysWithOldAsync();
        World.Stream!.Types.Single(t => t.Type == "rds").Waiting.Should().Equal("rds routes waits for the ACK of cluster new");
    }

    private Task StartAsync(string version, EnvoyRules without) =>
        StartAsync(version, Transport.DeltaAds, Without(without), OnDemand);
}
