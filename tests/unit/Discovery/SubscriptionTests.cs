using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

public sealed class SubscriptionTests
{
    private readonly Snapshot _ab = World.Snapshot(World.Cluster("a"), World.Cluster("b"));
    private long _nonce;

    [Fact]
    public void Rejected_culprit_is_left_out_and_the_rest_is_sent_once_more()
    {
        var subscription = Delta();
        Take(subscription, _ab);

        Answer(subscription, "Error adding/updating cluster(s) a: bad.");

        Take(subscription, _ab)!.Upserts.ToArray().Select(r => r.Name).Should().Equal("b");
        Answer(subscription, error: null);
        Take(subscription, _ab).Should().BeNull();
        Take(subscription, World.Snapshot(_ab, World.Cluster("a", 1), World.Cluster("b")))!.Upserts.ToArray().Select(r => r.Name).Should().Equal("a");
    }

    [Theory]
    [InlineData("an error about nothing at all")]
    [InlineData("cluster ab is bad, and b/a too")]
    public void Rejection_without_a_culprit_holds_everything_back_until_something_changes(string error)
    {
        var subscription = Delta();
        Take(subscription, _ab);

        Answer(subscription, error);

        Take(subscription, _ab).Should().BeNull();
        Take(subscription, World.Snapshot(_ab, World.Cluster("a", 1), World.Cluster("b")))!.Upserts.ToArray().Select(r => r.Name).Should().BeEquivalentTo("a", "b");
    }

    [Fact]
    public void Going_back_to_the_accepted_form_after_a_rejection_is_sent()
    {
        var subscription = Delta();
        Take(subscription, _ab);
        Answer(subscription, error: null);
        Take(subscription, World.Snapshot(_ab, World.Cluster("a", 1), World.Cluster("b")));
        Answer(subscription, "no");

        Take(subscription, _ab)!.Upserts.ToArray().Should().Equal(_ab.Find(ResourceType.Cluster, "a")!);
    }

    [Fact]
    public void Subscription_in_a_rejection_is_obeyed()
    {
        var subscription = new Subscription(ResourceType.Endpoint, DiscoveryVariant.Delta);
        var world = World.Snapshot(World.Endpoint("a"), World.Endpoint("b"));
        subscription.Receive(Request(["a"]), nonce: null, TimeSpan.Zero);
        Take(subscription, world);

        Answer(subscription, "no", "b");

        Take(subscription, world)!.Upserts.ToArray().Select(r => r.Name).Should().Contain("b");
    }

    [Fact]
    public void Sotw_answer_to_an_older_response_changes_nothing()
    {
        var subscription = new Subscription(ResourceType.Endpoint, DiscoveryVariant.Sotw);
        subscription.Receive(Request(["a"]), nonce: null, TimeSpan.Zero);
        Take(subscription, World.Snapshot(World.Endpoint("a")));

        subscription.Receive(Request(["a", "b"]), nonce: 99, TimeSpan.Zero).IsStale.Should().BeTrue();

        subscription.Interest.Covers("b").Should().BeFalse();
    }

    [Fact]
    public void Delta_answer_to_an_unknown_response_still_subscribes()
    {
        var subscription = new Subscription(ResourceType.Endpoint, DiscoveryVariant.Delta);
        subscription.Receive(Request(["a"]), nonce: null, TimeSpan.Zero);

        subscription.Receive(Request(["b"]), nonce: 99, TimeSpan.Zero);

        subscription.Interest.Covers("b").Should().BeTrue();
    }

    [Fact]
    public void Missing_name_is_told_once_and_sent_when_it_appears()
    {
        var subscription = new Subscription(ResourceType.Endpoint, DiscoveryVariant.Delta);
        subscription.Receive(Request(["a"]), nonce: null, TimeSpan.Zero);

        Take(subscription, Snapshot.Empty)!.Removed.Should().Equal("a");
        Answer(subscription, error: null);
        Take(subscription, World.Snapshot(World.Endpoint("b"))).Should().BeNull();
        Take(subscription, World.Snapshot(World.Endpoint("a")))!.Upserts.ToArray().Should().ContainSingle();
    }

    [Fact]
    public void Empty_collection_is_answered_by_its_name()
    {
        const string Glob = "xdstp://x/envoy.config.endpoint.v3.ClusterLoadAssignment/web/*";
        var subscription = new Subscription(ResourceType.Endpoint, DiscoveryVariant.Delta);
        subscription.Receive(Request([Glob]), nonce: null, TimeSpan.Zero);

        Take(subscription, Snapshot.Empty)!.Removed.Should().Equal(Glob);
        Answer(subscription, error: null);
        Take(subscription, World.Snapshot(World.Endpoint(Glob.Replace("*", "a", StringComparison.Ordinal))))!.Upserts.ToArray().Should().ContainSingle();
    }

    [Fact]
    public void Layers_with_equal_content_are_no_change()
    {
        var subscription = Delta();
        Take(subscription, _ab);
        Answer(subscription, error: null);

        Take(subscription, World.Snapshot(World.Cluster("a"), World.Cluster("b"))).Should().BeNull();
    }

    private static Subscription Delta()
    {
        var subscription = new Subscription(ResourceType.Cluster, DiscoveryVariant.Delta);
        subscription.Receive(Request([]), nonce: null, TimeSpan.Zero);
        return subscription;
    }

    private static ClientRequest Request(string[] names, string? error = null) => new() { TypeUrl = "", Names = [.. names], Error = error, Nonce = "n" };

    private Update? Take(Subscription subscription, Snapshot target)
    {
        if (subscription.Take(target, OpenGate.Instance, TimeSpan.Zero) is not { } update)
        {
            return null;
        }

        update.Nonce = ++_nonce;
        subscription.Record.Sent(update);
        return update;
    }

    private void Answer(Subscription subscription, string? error, params string[] names) => subscription.Receive(Request(names, error), _nonce, TimeSpan.Zero);
}
