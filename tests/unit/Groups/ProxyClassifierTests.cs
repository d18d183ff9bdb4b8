using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using XdsServer.Discovery;
using XdsServer.Groups;
using XdsServer.Options;
using XdsServer.Translators;

namespace XdsServer.Tests.Unit.Groups;

public sealed class ProxyClassifierTests
{
    [Fact]
    public void Metadata_of_our_bootstrap_decides()
    {
        var node = Node("n1", ("profile", "gateway"), ("namespace", "demo"), ("service", "edge"));
        node.Metadata.Fields["egress_port"] = Value.ForNumber(16001);
        node.Metadata.Fields["inbound_port"] = Value.ForString("16006");

        Classify(node).Should().Be(new ProxyGroupKey(ProxyProfile.Gateway, "demo", "edge", 16001, 16006, ""));
    }

    [Fact]
    public void What_is_missing_has_defaults() =>
        Classify(Node("n1", ("profile", "sidecar"))).Should().Be(new ProxyGroupKey(ProxyProfile.Sidecar, "default", "", 15001, 15006, ""));

    [Theory]
    [InlineData("gRPC C-core")]
    [InlineData("gRPC Node Pure JS")]
    public void Grpc_clients_are_known_by_their_user_agent(string userAgent)
    {
        var node = new Node { Id = "c1", UserAgentName = userAgent };

        Classify(node).Profile.Should().Be(ProxyProfile.Grpc);
    }

    [Fact]
    public void The_first_rule_that_fits_wins_and_metadata_fills_what_it_leaves_open()
    {
        var options = new GroupOptions
        {
            Rules =
            [
                new GroupRule { Id = "db-*", Use = new GroupSettings { Profile = "sidecar", Namespace = "data" } },
                new GroupRule { Cluster = "edge*", Zone = "eu-*", Use = new GroupSettings { Profile = "gateway" } },
                new GroupRule { Id = "*", Use = new GroupSettings { Profile = "sidecar", Namespace = "late" } },
            ],
        };

        Classify(Node("db-7", ("service", "postgres")), options).Should().Be(new ProxyGroupKey(ProxyProfile.Sidecar, "data", "postgres", 15001, 15006, ""));
        Classify(new Node { Id = "x", Cluster = "edge-1", Locality = new Locality { Zone = "eu-3" } }, options).Profile.Should().Be(ProxyProfile.Gateway);
        Classify(new Node { Id = "x", Cluster = "edge-1" }, options).Namespace.Should().Be("late");
    }

    [Fact]
    public void A_metadata_pattern_needs_the_key()
    {
        var options = new GroupOptions { Rules = [new GroupRule { Metadata = new Dictionary<string, string> { ["team"] = "*" }, Use = new GroupSettings { Profile = "node" } }] };

        Classify(Node("m1", ("team", "blue")), options).Should().Be(new ProxyGroupKey(ProxyProfile.Node, "default", "", 15001, 15006, "m1"));
        FluentActions.Invoking(() => Classify(Node("m1"), options)).Should().Throw<UnknownProxyException>();
    }

    [Fact]
    public void An_unknown_node_gets_the_default_or_a_message_that_says_what_to_do()
    {
        FluentActions.Invoking(() => Classify(Node("stranger"))).Should().Throw<UnknownProxyException>()
            .WithMessage("*stranger*").WithMessage("*node.metadata.profile*").WithMessage("*Xds:Groups:Rules*");

        Classify(Node("stranger"), new GroupOptions { Default = new GroupSettings { Profile = "sidecar", Namespace = "guests" } }).Namespace.Should().Be("guests");
    }

    [Theory]
    [InlineData("profile", "ingress")]
    [InlineData("profile", "0")]
    [InlineData("egress_port", "70000")]
    [InlineData("inbound_port", "high")]
    public void What_makes_no_sense_is_refused_by_name(string key, string value)
    {
        var node = Node("n1", ("profile", "sidecar"));
        node.Metadata.Fields[key] = Value.ForString(value);

        FluentActions.Invoking(() => Classify(node)).Should().Throw<UnknownProxyException>().WithMessage($"*{value}*");
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("a*c", "abbc", true)]
    [InlineData("a*c", "ac", true)]
    [InlineData("a*b*c", "axbxbyc", true)]
    [InlineData("a*c", "abcd", false)]
    [InlineData("abc", "ABC", false)]
    [InlineData("", "a", false)]
    public void Stars_stand_for_any_text(string pattern, string text, bool fits) => XdsServer.Groups.Glob.Fits(pattern, text).Should().Be(fits);

    private static ProxyGroupKey Classify(Node node, GroupOptions? options = null) => new ProxyClassifier(options ?? new GroupOptions()).Classify(node);

    private static Node Node(string id, params (string Key, string Value)[] metadata)
    {
        var node = new Node { Id = id, Metadata = new Struct() };
        foreach (var (key, value) in metadata)
        {
            node.Metadata.Fields[key] = Value.ForString(value);
        }

        return node;
    }
}
