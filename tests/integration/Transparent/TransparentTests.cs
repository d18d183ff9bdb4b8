using System.Text.Json;
using XdsServer.Tests.Integration.RealEnvoy;
using XdsServer.Tests.Integration.Smi;

namespace XdsServer.Tests.Integration.Transparent;

/// <summary>An application that knows nothing of Envoy, real redirection by iptables, in a network namespace that lives as long as the run.</summary>
public sealed class TransparentTests(RedirectionRuns runs) : IClassFixture<RedirectionRuns>
{
    [SkippableTheory]
    [Versions]
    public async Task An_unknowing_application_reaches_services_by_their_cluster_addresses_and_is_reached(string version)
    {
        var result = await runs.OfAsync("transparent", version);

        result["http"].GetString().Should().Be("web");
        result["tcp"].GetString().Should().Be("db:ping");
        result["requests"].GetInt32().Should().Be(1, "it went through Envoy");
        result["connections"].GetInt32().Should().Be(1, "it went through Envoy");
        result["rejected"].GetInt32().Should().Be(0);
    }

    [SkippableTheory]
    [Versions]
    public async Task Row_4_A_workload_is_reached_under_the_name_of_every_service_that_selects_it(string version)
    {
        var result = await runs.OfAsync("transparent", version);

        result["inbound"].GetString().Should().Be("web");
        result["inbound_requests"].GetInt32().Should().Be(5, "all came through Envoy");
    }

    [SkippableTheory]
    [InlineData("transparent", "newest")]
    [InlineData("transparent", "oldest")]
    [InlineData("node", "newest")]
    [InlineData("node", "oldest")]
    public async Task Redirected_requests_and_connections_are_split(string profile, string version)
    {
        var result = await runs.OfAsync(profile, version);

        SharesOf(result["split"]).ShouldBe(("v1", 3), ("v2", 1));
        SharesOf(result["match"]).ShouldBe(("v2", 1));
        SharesOf(result["tcp_split"]).ShouldBe(("v1", 3), ("v2", 1));
        result["rejected"].GetInt32().Should().Be(0);
    }

    private static Shares SharesOf(JsonElement counts) => Shares.Of(counts.Deserialize<Dictionary<string, int>>()!);
}
