namespace Terra.Runtime.Diagnostics;

/// <summary>Verify mode found a value that differs from eager mode's: an error in Terra, to be reported.</summary>
public sealed class TerraVerificationException : Exception
{
    public TerraVerificationException()
    {
    }

    public TerraVerificationException(string message)
        : base(message)
    {
    }

    public TerraVerificationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
