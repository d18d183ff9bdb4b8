using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

/// <summary>Clients that ask for the same names get the same answers, from one piece of work.</summary>
public sealed class SharedListTests
{
    private static readonly NameList Both = ["a", "b"];

    private readonly Snapshot _first = World.Snapshot(World.Endpoint("a"), World.Endpoint("b"), World.Endpoint("c"));

    [Theory]
    [InlineData("Sotw")]
    [InlineData("Delta")]
    public void First_answer_holds_what_the_list_names(string variant)
    {
        var update = Subscribed(variant, Both).Take(_first, OpenGate.Instance, TimeSpan.Zero)!;

        update.Upserts.ToArray().Select(r => r.Name).Should().BeEquivalentTo("a", "b");
        update.Replaced.ToArray().Should().HaveCount(2).And.OnlyContain(r => r == null);
        update.Contains(ResourceType.Endpoint, "a").Should().BeTrue();
        update.Contains(ResourceType.Endpoint, "c").Should().BeFalse();
    }

    [Fact]
    public void Version_of_a_list_is_that_of_the_same_names_asked_for_one_by_one()
    {
        var listed = Subscribed("Sotw", Both);
        var single = Subscribed("Sotw", ["a"]);
        Send(single);
        single.Receive(new ClientRequest { TypeUrl = "", Names = ["b", "a"], Nonce = "1" }, 1, TimeSpan.Zero);

        single.Take(_first, OpenGate.Instance, TimeSpan.Zero)!.Version.Should().Be(listed.Take(_first, OpenGate.Instance, TimeSpan.Zero)!.Version);
    }

    [Fact]
    public void Change_of_what_all_want_is_one_shared_step()
    {
        var clients = new[] { InStep(Both), InStep(Both) };
        var next = World.Snapshot(_first, World.Endpoint("a", 1), World.Endpoint("b"), World.Endpoint("c"));

        var steps = clients.Select(c => c.Take(next, OpenGate.Instance, TimeSpan.Zero)!.Shared).ToList();

        steps[0].Should().NotBeNull().And.BeSameAs(steps[1]);
    }

    [Fact]
    public void Change_of_which_a_client_wants_a_part_is_told_in_that_part()
    {
        var client = InStep(Both);
        var next = World.Snapshot(_first, World.Endpoint("a", 1), World.Endpoint("b"), World.Endpoint("c", 1));

        client.Take(next, OpenGate.Instance, TimeSpan.Zero)!.Upserts.ToArray().Select(r => r.Name).Should().Equal("a");
    }

    [Fact]
    public void Change_of_something_else_touches_nobody()
    {
        var client = InStep(Both);
        var next = World.Snapshot(_first, World.Endpoint("a"), World.Endpoint("b"), World.Endpoint("c", 1), World.Endpoint("d"));

        client.IsUntouchedBy(next).Should().BeTrue();
        client.Take(next, OpenGate.Instance, TimeSpan.Zero).Should().BeNull();
        client.IsInStepWith(next).Should().BeTrue();
    }

    [Fact]
    public void Change_loss_or_arrival_of_what_is_wanted_touches()
    {
        var client = InStep(["a", "b", "x"]);

        client.IsUntouchedBy(World.Snapshot(_first, World.Endpoint("a", 1), World.Endpoint("b"))).Should().BeFalse();
        client.IsUntouchedBy(World.Snapshot(_first, World.Endpoint("a"))).Should().BeFalse();
        client.IsUntouchedBy(World.Snapshot(_first, World.Endpoint("a"), World.Endpoint("b"), World.Endpoint("x"))).Should().BeFalse();
    }

    [Fact]
    public void Client_that_adds_a_name_leaves_the_list_of_the_others_as_it_is()
    {
        NameList list = ["a", "b"];
        var client = InStep(list);

        client.Receive(new ClientRequest { TypeUrl = "", Names = ["c"], Unsubscribe = ["a"] }, nonce: null, TimeSpan.Zero);

        client.Interest.Names.Should().BeEquivalentTo("b", "c");
        list.Set.Should().BeEquivalentTo("a", "b");
    }

    [Fact]
    public void Client_that_lies_far_behind_does_not_keep_what_came_after_it()
    {
        var old = _first;
        var later = Later(old);

        GC.Collect();

        later.TryGetTarget(out _).Should().BeFalse();
        GC.KeepAlive(old);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference<Snapshot> Later(Snapshot old)
    {
        var next = World.Snapshot(old, World.Endpoint("a", 1));
        _ = old.ChangesTo(next, ResourceType.Endpoint);
        return new WeakReference<Snapshot>(next);
    }

    private Subscription InStep(NameList names)
    {
        var client = Subscribed("Delta", names);
        Send(client);
        client.Receive(new ClientRequest { TypeUrl = "", Nonce = "1" }, 1, TimeSpan.Zero);
        return client;
    }

    private void Send(Subscription client)
    {
        var update = client.Take(_first, OpenGate.Instance, TimeSpan.Zero)!;
        update.Nonce = 1;
        client.Record.Sent(update);
    }

    private static Subscription Subscribed(string variant, NameList names)
    {
        var client = new Subscription(ResourceType.Endpoint, Enum.Parse<DiscoveryVariant>(variant));
        client.Receive(new ClientRequest { TypeUrl = "", Names = names }, nonce: null, TimeSpan.Zero);
        return client;
    }
}
