using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace XdsServer.Options;

/// <summary>
/// Reads the settings: <c>appsettings.json</c> beside the program, then in the current folder (or the file that was named), then the
/// environment. Later ones win. A key that nobody knows is an error, because it is a misspelled one.
/// </summary>
internal static class OptionsReader
{
    private const string FileName = "appsettings.json";

    /// <summary>All settings, unread.</summary>
    public static IConfiguration Configuration(string? file)
    {
        if (file is not null && !File.Exists(file))
        {
            throw new OptionsException([$"--config '{file}' does not exist: name a JSON file with settings."]);
        }

        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, FileName), optional: true, reloadOnChange: false)
                .AddJsonFile(Path.GetFullPath(file ?? FileName), optional: true, reloadOnChange: false)
                .AddEnvironmentVariables()
                .Build();
        }
        catch (InvalidDataException e)
        {
            throw new OptionsException([$"{e.Message} {e.InnerException?.Message} Correct the JSON."]);
        }
    }

    /// <summary>The options that they say.</summary>
    /// <exception cref="OptionsException">A key is unknown, or a value cannot be read.</exception>
    [UnconditionalSuppressMessage(
        "Trimming",
        "IL2026",
        Justification = "XdsServer.csproj keeps this assembly whole, and with it all types of options. The generated binder would lose their defaults: it knows no init with one.")]
    [UnconditionalSuppressMessage(
        "AOT",
        "IL3050",
        Justification = "What it makes generic are lists and dictionaries of reference types, whose code is shared and therefore there. A list of numbers would not be.")]
    public static XdsServerOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(XdsServerOptions.Section);
        var unknown = UnknownKeys.Find(section, typeof(XdsServerOptions)).ToList();
        if (unknown.Count > 0)
        {
            throw new OptionsException(unknown);
        }

        try
        {
            return section.Get<XdsServerOptions>() ?? new XdsServerOptions();
        }
        catch (InvalidOperationException e)
        {
            throw new OptionsException([$"{e.Message} Write times as 00:00:05, numbers without unit, switches as true or false."]);
        }
        catch (TargetInvocationException e)
        {
            throw new OptionsException([$"{e.InnerException?.Message ?? e.Message} See docs/configuration.md."]);
        }
    }
}
