using Envoy.Service.LoadStats.V3;
using Microsoft.Extensions.Logging.Abstractions;
using XdsServer.Discovery;
using XdsServer.Groups;
using XdsServer.LoadReports;
using XdsServer.Options;
using XdsServer.Tests.Unit.Discovery;

namespace XdsServer.Tests.Unit.LoadReports;

/// <summary>Protocol duty 86.</summary>
public sealed class LoadReportServerTests
{
    private const string AllClusters = "envoy.lrs.supports_send_all_clusters";

    private readonly ManualTimeProvider _time = new();
    private readonly FakeStream _stream = new();
    private LoadReportOptions _options = new();
    private string[] _clusters = ["demo/web/http", "inbound/http"];
    private LoadReportStore? _store;

    [Fact]
    public async Task A_proxy_that_can_is_asked_for_all_clusters()
    {
        _stream.Send(Loads.Message(Loads.Node("client", AllClusters)));
        _stream.End();

        await ServeAsync();

        var asked = await AskedAsync();
        asked.SendAllClusters.Should().BeTrue();
        asked.Clusters.Should().BeEmpty();
        asked.LoadReportingInterval.ToTimeSpan().Should().Be(TimeSpan.FromSeconds(10));
        asked.ReportEndpointGranularity.Should().BeTrue();
    }

    [Fact]
    public async Task One_that_cannot_is_asked_for_its_clusters_by_name_and_again_when_they_change()
    {
        _stream.Send(Loads.Message(Loads.Node("client")));
        var serving = ServeAsync();
        var first = await AskedAsync();
        _clusters = [.. _clusters, "demo/api/http"];
        _stream.Send(Loads.Message(null));
        _stream.Send(Loads.Message(null));
        var second = await AskedAsync();
        _stream.End();
        await serving;

        first.SendAllClusters.Should().BeFalse();
        first.Clusters.Should().Equal("demo/web/http");
        second.Clusters.Should().Equal("demo/web/http", "demo/api/http");
        _stream.Responses.Should().Be(0, "what did not change is not asked for again");
    }

    [Fact]
    public async Task Reports_are_kept_under_the_proxy_that_the_first_message_named()
    {
        _stream.Send(Loads.Message(Loads.Node("client", AllClusters)));
        _stream.Send(Loads.Message(null, ("demo/web/http", 9, 1, 0)));
        _stream.End();

        await ServeAsync();

        var load = _store!.Read().Should().ContainSingle().Subject;
        load.Reporter.Group.Service.Should().Be("client");
        load.Reports.Should().ContainSingle().Which.Loads[0].Counts.Should().Be(new RequestCounts(9, 1));
    }

    [Fact]
    public async Task What_a_proxy_sent_before_it_connected_again_stands_in_its_first_message()
    {
        _stream.Send(Loads.Message(Loads.Node("client", AllClusters), ("demo/web/http", 5, 0, 0)));
        _stream.End();

        await ServeAsync();

        _store!.Read().Should().ContainSingle().Which.Reports.Should().ContainSingle().Which.Loads[0].Counts.Should().Be(new RequestCounts(5, 0));
    }

    [Fact]
    public async Task When_reports_are_not_wanted_the_stream_is_taken_and_nothing_is_asked_for()
    {
        _options = new LoadReportOptions { Enabled = false };
        _stream.Send(Loads.Message(Loads.Node("client", AllClusters)));
        _stream.Send(Loads.Message(null, ("demo/web/http", 9, 1, 0)));
        _stream.End();

        await ServeAsync();

        _stream.Responses.Should().Be(0);
        _store!.Rows.Should().Be(0);
    }

    [Fact]
    public async Task Without_a_node_the_stream_ends_with_a_reason()
    {
        _stream.Send(Loads.Message(null));

        (await FluentActions.Awaiting(ServeAsync).Should().ThrowAsync<DiscoveryException>()).Which.Fault.Should().Be(DiscoveryFault.InvalidArgument);
    }

    [Fact]
    public async Task A_proxy_that_nothing_describes_is_told_what_to_do()
    {
        _stream.Send(Loads.Message(FakeStream.Node()));

        (await FluentActions.Awaiting(ServeAsync).Should().ThrowAsync<DiscoveryException>()).Which.Message.Should().Contain("node.metadata.profile");
    }

    [Fact]
    public async Task Bytes_that_are_no_message_end_the_stream_with_a_reason()
    {
        _stream.SendBytes(0xFF, 0xFF);

        (await FluentActions.Awaiting(ServeAsync).Should().ThrowAsync<DiscoveryException>()).Which.Message.Should().Contain("LoadStatsRequest");
    }

    private Task ServeAsync()
    {
        _store = new LoadReportStore(_options, _time);
        var server = new LoadReportServer(new ProxyClassifier(new GroupOptions()), _ => _clusters, _store, _options, _time, NullLogger<LoadReportServer>.Instance);
        return server.ServeAsync(_stream, CancellationToken.None);
    }

    private async Task<LoadStatsResponse> AskedAsync() => LoadStatsResponse.Parser.ParseFrom(await _stream.NextAsync());
}
