namespace XdsServer.Cli;

/// <summary>What commands answer to the shell.</summary>
internal static class ExitCode
{
    /// <summary>Done; for <c>validate</c>: nothing worse than warnings.</summary>
    public const int Ok = 0;

    /// <summary>Something is wrong with the input, or the server stopped by itself.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the settings make no sense.</summary>
    public const int WrongUsage = 2;
}
