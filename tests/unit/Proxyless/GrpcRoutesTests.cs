using System.Collections.Immutable;
using Envoy.Config.Route.V3;
using XdsServer.Model;
using XdsServer.Translators;
using XdsServer.Translators.Resources;
using XdsServer.Translators.Resources.Rendering;
using PathMatch = XdsServer.Model.PathMatch;
using RetryPolicy = XdsServer.Model.RetryPolicy;
using RouteMatch = XdsServer.Model.RouteMatch;

namespace XdsServer.Tests.Unit.Proxyless;

/// <summary>What proxyless gRPC clients get of mesh routes, through the whole translation.</summary>
public sealed class GrpcRoutesTests
{
    private static readonly ServiceKey Web = new("demo", "web");

    [Fact]
    public void A_prefix_of_whole_segments_becomes_a_path_and_a_prefix()
    {
        var routes = Translate(new RouteRule { Matches = [new RouteMatch { Path = new PathMatch(PathMatchKind.Prefix, "/pkg.Greeter") }], Backends = [new RouteBackend(Web, 80, 1)] });

        routes.Select(r => (r.Match.Path, r.Match.Prefix, r.Route_.Cluster)).Should().Equal(("/pkg.Greeter", "", "demo/web/grpc"), ("", "/pkg.Greeter/", "demo/web/grpc"));
    }

    [Fact]
    public void A_time_limit_is_a_max_stream_duration_and_nothing_else()
    {
        var action = Translate(new RouteRule { Backends = [new RouteBackend(Web, 80, 1)], RequestTimeout = TimeSpan.FromSeconds(3) }).Single().Route_;

        action.MaxStreamDuration.MaxStreamDuration_.Seconds.Should().Be(3);
        action.MaxStreamDuration.GrpcTimeoutHeaderMax.Should().BeNull("it would take the place of the limit");
        action.Timeout.Should().BeNull();
        action.IdleTimeout.Should().BeNull();
    }

    [Fact]
    public void A_split_has_its_weights()
    {
        var action = Translate(new RouteRule { Backends = [new RouteBackend(Web, 80, 99), new RouteBackend(Web, 80, 1) { Subset = ImmutableSortedDictionary<string, string>.Empty.Add("v", "2") }] }).Single().Route_;

        action.WeightedClusters.Clusters.Select(c => (c.Name, c.Weight)).Should().Equal(("demo/web/grpc", 99u), ("demo/web/grpc/v=2", 1u));
    }

    [Theory]
    [InlineData(9, "unavailable,5xx,cancelled", "unavailable,cancelled", 4u)]
    [InlineData(2, "5xx,reset", null, null)]
    [InlineData(0, "unavailable", null, null)]
    public void Retries_stay_within_what_gRPC_accepts(int attempts, string retryOn, string? expected, uint? tries)
    {
        var retry = Translate(new RouteRule { Backends = [new RouteBackend(Web, 80, 1)], Retry = new RetryPolicy(attempts, retryOn, TimeSpan.FromSeconds(1)) }).Single().Route_.RetryPolicy;

        retry?.RetryOn.Should().Be(expected);
        retry?.NumRetries.Should().Be(tries);
        retry?.PerTryTimeout.Should().BeNull();
        (retry is null).Should().Be(expected is null, "no policy at all is better than one that gRPC refuses");
    }

    [Fact]
    public void A_rule_that_no_call_can_match_is_left_out_with_a_diagnostic()
    {
        var rules = new[] { new RouteMatch { Method = "GET" }, new RouteMatch { QueryParameters = [new ValueMatch("a", "b", IsRegex: false)] } }
            .Select(m => new RouteRule { Matches = [m], Backends = [new RouteBackend(Web, 80, 1)] })
            .Append(new RouteRule { Matches = [new RouteMatch { Method = "POST" }], Backends = [new RouteBackend(Web, 80, 1)] });

        var translation = Run([.. rules]);

        Routes(translation).Should().ContainSingle().Which.Match.Headers.Should().BeEmpty();
        translation.Diagnostics.Where(d => d.Code == "XDS3140").Should().HaveCount(2);
    }

    private static List<Route> Translate(RouteRule rule) => Routes(Run(rule));

    private static List<Route> Routes(Translation translation) =>
        [.. ((RouteConfiguration)MessageTypes.Decode(translation.Snapshots.Values.Single().Find(ResourceType.Route, "grpc/demo/web/grpc")!)).VirtualHosts.Single().Routes];

    private static Translation Run(params ImmutableArray<RouteRule> rules)
    {
        var service = new MeshService { Ref = new ObjectRef("MeshService", "demo", "web", "test"), Revision = "1", Key = Web, Ports = [new ServicePort("grpc", 80, PortProtocol.Grpc)] };
        var route = new MeshRoute { Ref = new ObjectRef("Route", "demo", "r", "test"), Revision = "1", Namespace = "demo", Parents = [new RouteParent.OfService(Web, 0)], Rules = rules };
        var model = MeshModel.Compose([new MeshFragment { Source = "test", IsSynced = true, Services = [service], Routes = [route] }], previous: null);
        return MeshTranslator.Translate(model, [new ProxyGroupKey(ProxyProfile.Grpc, "demo", "", 15001, 15006, "")], previous: null);
    }
}
