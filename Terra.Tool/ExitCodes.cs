namespace Terra.Tool;

/// <summary>What the exit codes of the <c>terra</c> command mean.</summary>
public static class ExitCodes
{
    /// <summary>Done: the assembly is woven now, or was woven before and is left as it is.</summary>
    public const int Success = 0;

    /// <summary>The assembly cannot be woven; it is untouched, and an error TERRAxxxx says why.</summary>
    public const int NotWoven = 1;

    /// <summary>The command line is not understood; nothing was done.</summary>
    public const int Usage = 2;
}
