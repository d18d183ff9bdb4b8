using XdsServer.Discovery;
using XdsServer.Tests.Integration.Harness;
using XdsServer.Tests.Integration.RealEnvoy;

namespace XdsServer.Tests.Integration.Traffic;

/// <summary>Rule 10: streams of one type have no common order, and time stands in for it.</summary>
public sealed class SeparateStreamTests : RuleTest
{
    [SkippableTheory]
    [Versions(Transport.Separate)]
    public async Task Rule_10_without_a_common_stream_routes_give_clusters_time(string version, Transport transport)
    {
        await StartAsync(version, transport);

        MoveToColdCluster();
        await Load.MoreAsync(AWhile);
        New.ReleaseHealth();

        await EndsWithNewAsync();
    }

    [SkippableTheory]
    [Versions(Transport.Separate)]
    public async Task Without_rule_10_requests_are_lost(string version, Transport transport)
    {
        await StartAsync(version, transport, EnvoyRules.SeparateStreamsWait);

        MoveToColdCluster();

        await LosesAsync();
    }
}
