using System.Runtime.CompilerServices;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using XdsServer.Discovery;

namespace XdsServer.Tests.Unit.Discovery;

public sealed class NameListPoolTests
{
    private readonly NameListPool _pool = new();

    [Fact]
    public void The_same_names_are_one_list_for_all_in_whatever_order_they_come()
    {
        var list = Get("a", "b", "c");

        Get("a", "b", "c").Should().BeSameAs(list);
        Get("c", "a", "b").Should().BeSameAs(list);
        Get("c", "a", "b", "a").Should().BeSameAs(list, "a name that is repeated says nothing new");
        Get("c", "a", "b").Should().BeSameAs(list);
    }

    [Fact]
    public void Other_names_are_another_list()
    {
        var list = Get("a", "b");

        Get("a").Should().NotBeSameAs(list);
        Get("a", "c").Should().NotBeSameAs(list);
        Get("a", "b", "*").Should().NotBeSameAs(list).And.Match<NameList>(l => l.HasWildcard);
        Get("ab").Should().NotBeSameAs(list);
    }

    [Fact]
    public void What_nobody_holds_any_more_is_swept()
    {
        var held = Get("held", "too");
        for (var round = 0; round < 10; round++)
        {
            Drop(round, lists: 500);
            GC.Collect();
        }

        _pool.Count.Should().BeLessThan(2_000);
        Get("too", "held").Should().BeSameAs(held);
    }

    // In a method of its own, so that no list stays in a variable.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Drop(int round, int lists)
    {
        for (var i = 0; i < lists; i++)
        {
            Get($"{round}-{i}");
        }
    }

    private NameList Get(params string[] names) => _pool.Get(new DeltaDiscoveryRequest { ResourceNamesSubscribe = { names } }.ToByteArray());
}
