using XdsServer.Translators;

namespace XdsServer.Groups;

/// <summary>The names of profiles as users write them.</summary>
internal static class ProfileNames
{
    /// <summary>In the order of the documentation.</summary>
    public static readonly IReadOnlyList<string> All = [.. Enum.GetValues<ProxyProfile>().Select(NameOf)];

    /// <summary>For messages.</summary>
    public static string Listed => string.Join(", ", All);

    /// <summary>The written form.</summary>
    public static string NameOf(ProxyProfile profile) => profile.ToString().ToLowerInvariant();

    /// <summary>Case does not matter; numbers are not names.</summary>
    public static bool TryParse(string text, out ProxyProfile profile)
    {
        profile = default;
        return text.Length > 0 && char.IsLetter(text[0]) && Enum.TryParse(text, ignoreCase: true, out profile) && Enum.IsDefined(profile);
    }
}
