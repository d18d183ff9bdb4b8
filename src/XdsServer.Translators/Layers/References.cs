using System.Collections.Immutable;

namespace XdsServer.Translators.Layers;

/// <summary>"Did it change" is a comparison of references: the model keeps the instance of every object that did not.</summary>
internal static class References
{
    /// <summary>True when both hold the same instances in the same order.</summary>
    public static bool AreSame<T>(ImmutableArray<T> left, ImmutableArray<T> right)
        where T : class
    {
        if (left == right)
        {
            return true;
        }

        if (left.Length != right.Length)
        {
            return false;
        }

        for (var i = 0; i < left.Length; i++)
        {
            if (!ReferenceEquals(left[i], right[i]))
            {
                return false;
            }
        }

        return true;
    }
}
