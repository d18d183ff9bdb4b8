using System.Collections;

namespace XdsServer.Translators.Resources;

/// <summary>
/// A long list of which a few items are replaced at a time: it is kept in pages, and a list that differs in one item shares all pages but that
/// item's. An array of ten thousand would be copied for each namespace that sees it otherwise. Immutable.
/// </summary>
internal sealed class PagedArray<T> : IReadOnlyList<T>
{
    private const int PageSize = 128;

    private readonly T[][] _pages;

    private PagedArray(T[][] pages, int count) => (_pages, Count) = (pages, count);

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public T this[int index] => _pages[index / PageSize][index % PageSize];

    /// <summary>These items.</summary>
    public static PagedArray<T> Create(IReadOnlyCollection<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new PagedArray<T>([.. items.Chunk(PageSize)], items.Count);
    }

    /// <summary>The same with some items replaced, by their places; of several for one place the last counts. This list itself when there are none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A place is not in the list.</exception>
    public PagedArray<T> With(IReadOnlyCollection<(int Place, T Item)> replaced)
    {
        ArgumentNullException.ThrowIfNull(replaced);
        if (replaced.Count == 0)
        {
            return this;
        }

        var pages = (T[][])_pages.Clone();
        foreach (var (place, item) in replaced)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(place, nameof(replaced));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, Count, nameof(replaced));
            ref var page = ref pages[place / PageSize];
            page = ReferenceEquals(page, _pages[place / PageSize]) ? (T[])page.Clone() : page;
            page[place % PageSize] = item;
        }

        return new PagedArray<T>(pages, Count);
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _pages.SelectMany(page => page).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
