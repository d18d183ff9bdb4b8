using XdsServer.Discovery;
using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Discovery;

public sealed class JointEntriesTests
{
    private static readonly Resource[] Resources = [World.Endpoint("a"), World.Endpoint("b", 1), World.Endpoint("c")];

    [Fact]
    public void Few_go_without_and_all_others_get_one_piece_with_every_entry_in_order()
    {
        var entries = new JointEntries([.. Resources], static r => r.DeltaEntry);

        for (var i = 0; i < JointEntries.Separate; i++)
        {
            entries.TryGet(out _).Should().BeFalse();
        }

        entries.TryGet(out var second).Should().BeTrue();
        entries.TryGet(out var third).Should().BeTrue();

        second.ToArray().Should().Equal(Resources.SelectMany(r => r.DeltaEntry.ToArray()));
        third.Equals(second).Should().BeTrue("it is the same memory");
    }
}
