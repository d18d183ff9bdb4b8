using XdsServer.LoadReports;
using XdsServer.SmiMetrics;
using XdsServer.Tests.Unit.LoadReports;
using XdsServer.Translators;

namespace XdsServer.Tests.Unit.SmiMetrics;

public sealed class TrafficFlowTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    [Fact]
    public void The_window_ends_with_the_newest_report_so_a_steady_load_counts_the_same_at_any_time()
    {
        var reports = Enumerable.Range(0, 6).Select(i => Loads.Report(Now.AddSeconds(-10 * i), Loads.To("web", 100))).Reverse();

        Sum(new ReporterLoad(Loads.Sidecar("client"), Now, [.. reports])).Should().Be(new RequestCounts(300, 0));
    }

    [Fact]
    public void A_report_over_more_than_the_window_counts_in_proportion() =>
        Sum(new ReporterLoad(Loads.Sidecar("client"), Now, [Loads.Report(Now, Loads.To("web", 600, 60, seconds: 300))])).Should().Be(new RequestCounts(60, 6));

    [Fact]
    public void A_report_that_reaches_back_beyond_the_window_counts_in_proportion() =>
        Sum(new ReporterLoad(Loads.Sidecar("client"), Now, [Loads.Report(Now.AddSeconds(-25), Loads.To("web", 100))])).Should().Be(new RequestCounts(50, 0));

    [Fact]
    public void A_report_without_an_interval_counts_whole() =>
        Sum(new ReporterLoad(Loads.Sidecar("client"), Now, [Loads.Report(Now, Loads.To("web", 7, seconds: 0))])).Should().Be(new RequestCounts(7, 0));

    [Theory]
    [InlineData(ProxyProfile.Sidecar, "client", "Service", "demo", "client")]
    [InlineData(ProxyProfile.Transparent, "client", "Service", "demo", "client")]
    [InlineData(ProxyProfile.Grpc, "client", "Service", "demo", "client")]
    [InlineData(ProxyProfile.Sidecar, "", "Namespace", "", "demo")]
    [InlineData(ProxyProfile.Gateway, "edge", "Gateway", "demo", "edge")]
    [InlineData(ProxyProfile.Node, "", "Node", "", "machine-7")]
    public void The_sender_is_what_the_proxy_stands_for(ProxyProfile profile, string service, string kind, string space, string name)
    {
        var reporter = new LoadReporter("id", new ProxyGroupKey(profile, "demo", service, 15001, 15006, "machine-7"));

        TrafficFlow.Of(Loads.Once(reporter, Now, Loads.To("web", 1)), Window).Should().ContainSingle().Which.Source.Should().Be(new ResourceRef(kind, space, name));
    }

    private static RequestCounts Sum(ReporterLoad load) => TrafficFlow.Of([load], Window).Aggregate(default(RequestCounts), (sum, f) => sum + f.Counts);
}
