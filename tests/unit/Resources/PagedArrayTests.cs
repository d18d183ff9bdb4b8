using XdsServer.Translators.Resources;

namespace XdsServer.Tests.Unit.Resources;

public sealed class PagedArrayTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(1_000)]
    public void It_holds_its_items_in_order(int count)
    {
        var array = PagedArray<int>.Create([.. Enumerable.Range(0, count)]);

        array.Should().Equal(Enumerable.Range(0, count));
        Enumerable.Range(0, array.Count).Select(i => array[i]).Should().Equal(Enumerable.Range(0, count));
    }

    [Fact]
    public void Replacing_leaves_the_others_and_the_list_before()
    {
        var before = PagedArray<int>.Create([.. Enumerable.Range(0, 300)]);

        var after = before.With([(0, -1), (127, -2), (128, -3), (299, -4), (299, -5)]);

        before.Should().Equal(Enumerable.Range(0, 300));
        after.Should().Equal(Enumerable.Range(0, 300).Select(i => i switch { 0 => -1, 127 => -2, 128 => -3, 299 => -5, _ => i }));
    }

    [Fact]
    public void Replacing_nothing_is_the_same_list()
    {
        var array = PagedArray<int>.Create([1, 2]);

        array.With([]).Should().BeSameAs(array);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(128)]
    public void A_place_that_is_not_there_is_refused(int place)
    {
        var replacing = () => PagedArray<int>.Create([1, 2]).With([(place, 3)]);

        replacing.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void One_of_ten_thousand_costs_a_page_and_the_list_of_pages()
    {
        var array = PagedArray<string>.Create([.. Enumerable.Repeat("a", 10_000)]);
        array.With([(5_000, "b")]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        array.With([(5_000, "b")]);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(3_000);
    }
}
