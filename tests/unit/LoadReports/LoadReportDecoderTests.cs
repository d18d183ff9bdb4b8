using Google.Protobuf.WellKnownTypes;
using XdsServer.LoadReports;
using XdsServer.Model;

namespace XdsServer.Tests.Unit.LoadReports;

public sealed class LoadReportDecoderTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("demo/web/http", "demo", "web")]
    [InlineData("demo/web/http/version=v1", "demo", "web")]
    [InlineData("demo/web/http/app.kubernetes.io/version=v1", "demo", "web")]
    public void The_name_of_a_cluster_names_its_service(string cluster, string space, string name) =>
        LoadReportDecoder.ServiceOf(cluster).Should().Be(new ServiceKey(space, name));

    [Theory]
    [InlineData("xds")]
    [InlineData("inbound/http")]
    [InlineData("")]
    [InlineData("/web/http")]
    [InlineData("demo//http")]
    [InlineData("demo/web/")]
    public void Other_clusters_are_no_service(string cluster) => LoadReportDecoder.ServiceOf(cluster).Should().BeNull();

    [Fact]
    public void A_name_that_is_too_long_is_no_service() => LoadReportDecoder.ServiceOf($"demo/web/{new string('a', 5000)}").Should().BeNull();

    [Fact]
    public void Dropped_requests_have_failed()
    {
        var load = LoadReportDecoder.Decode(Loads.Message(null, ("demo/web/http", 7, 2, 3)), Now).Loads.Should().ContainSingle().Subject;

        load.Counts.Should().Be(new RequestCounts(7, 5));
        load.Interval.Should().Be(TimeSpan.FromSeconds(10));
        load.Endpoints.Should().Equal(new EndpointLoad("10.0.0.1:8080", new RequestCounts(7, 2)));
    }

    [Fact]
    public void What_had_no_traffic_takes_no_room() =>
        LoadReportDecoder.Decode(Loads.Message(null, ("demo/web/http", 0, 0, 0), ("xds", 5, 0, 0)), Now).Loads.Should().BeEmpty();

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public void An_interval_that_makes_no_sense_is_none(long seconds)
    {
        var message = Loads.Message(null, ("demo/web/http", 1, 0, 0));
        message.ClusterStats[0].LoadReportInterval = new Duration { Seconds = seconds };

        LoadReportDecoder.Decode(message, Now).Loads.Should().ContainSingle().Which.Interval.Should().Be(TimeSpan.Zero);
    }
}
