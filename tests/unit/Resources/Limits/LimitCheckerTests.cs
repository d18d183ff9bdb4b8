using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Translators.Resources.Limits;
using RetryPolicy = Envoy.Config.Route.V3.RetryPolicy;
using Filter = Envoy.Config.Listener.V3.Filter;

namespace XdsServer.Tests.Unit.Resources.Limits;

public sealed class LimitCheckerTests
{
    public static TheoryData<IMessage, string> Broken => new()
    {
        { new Cluster(), "name: must not be empty" },
        { new Cluster { Name = "a", ConnectTimeout = new Duration() }, "connect_timeout: must be greater than 0s" },
        { new Cluster { Name = "a", LbPolicy = (Cluster.Types.LbPolicy)99 }, "lb_policy: has no value 99" },
        { new Cluster { Name = "a", CommonLbConfig = new() { ConsistentHashingLbConfig = new() { HashBalanceFactor = 99 } } }, "common_lb_config.consistent_hashing_lb_config.hash_balance_factor: must be at least 100" },
        { new Cluster { Name = "a", LoadAssignment = new() { ClusterName = "" } }, "load_assignment.cluster_name: must not be empty" },
        { new Cluster { Name = "a", TransportSocket = new TransportSocket() }, "transport_socket.name: must not be empty" },
        { new Address(), "one of socket_address, pipe, envoy_internal_address must be set" },
        { new Address { SocketAddress = new SocketAddress { Address = "::1", PortValue = 70000 } }, "socket_address.port_value: must be at most 65535" },
        { new VirtualHost { Name = "v" }, "domains: must have at least 1 items" },
        { new VirtualHost { Name = "v", Domains = { "a\n" } }, "domains[0]: must be a header value" },
        { Route(new RouteMatch { PathSeparatedPrefix = "/a/" }), "match.path_separated_prefix: must match ^[^?#]+[^?#/]$" },
        { Route(new RouteMatch { PathSeparatedPrefix = "/a\n" }), "" },
        { new Route { Match = new RouteMatch { Prefix = "/" } }, "one of route, redirect, direct_response, filter_action, non_forwarding_action must be set" },
        { new Route { DirectResponse = new DirectResponseAction { Status = 503 } }, "match: must be set" },
        { new Listener { Name = "l", FilterChains = { new FilterChain { Filters = { new Filter { Name = "f", TypedConfig = Any.Pack(new TcpProxy { Cluster = "a" }) } } } } }, "filter_chains[0].filters[0].typed_config.stat_prefix: must not be empty" },
        { new HeaderValueOption { Header = new HeaderValue { Key = "a\0" } }, "header.key: must be a header name" },
        { new HeaderValueOption { Header = new HeaderValue { Key = new string('a', 20_000) } }, "header.key: must have at most 16384 bytes" },
        { new RetryPolicy { RetryBackOff = new() { BaseInterval = new Duration() } }, "retry_back_off.base_interval: must be greater than 0s" },
        { new RetryPolicy { RetryBackOff = new() }, "retry_back_off.base_interval: must be set" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_value_beyond_a_limit_is_named_with_its_path(IMessage message, string expected)
    {
        string.Join("; ", LimitChecker.Check(message)).Should().Be(expected);
    }

    [Fact]
    public void A_good_message_has_no_violation()
    {
        var cluster = new Cluster { Name = "a", ConnectTimeout = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1)), Metadata = new Metadata { FilterMetadata = { ["k"] = new Struct() } } };

        LimitChecker.Check(cluster).Should().BeEmpty();
    }

    [Fact]
    public void Deprecated_fields_are_found_also_inside_an_any()
    {
        var host = new VirtualHost { Name = "v", Routes = { Route(new RouteMatch { Prefix = "/" }) } };
        host.Routes[0].TypedPerFilterConfig["x"] = Any.Pack(Cluster.Parser.ParseJson("""{"name": "a", "dnsRefreshRate": "5s"}"""));

        DeprecatedFields.Find(host).Should().Equal("routes[0].typed_per_filter_config[0].dns_refresh_rate");
        DeprecatedFields.Find(new VirtualHost { Name = "v" }).Should().BeEmpty();
    }

    private static Route Route(RouteMatch match) => new() { Match = match, DirectResponse = new DirectResponseAction { Status = 503 } };
}
