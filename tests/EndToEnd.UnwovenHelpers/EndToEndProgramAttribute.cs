namespace Terra.EndToEnd.UnwovenHelpers;

/// <summary>A program of the differential harness: a static method that takes an <see cref="Observer"/> and returns nothing, or a task.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EndToEndProgramAttribute : Attribute
{
    /// <summary>How many of a hundred iterations must have been co-executed at least.</summary>
    public int CoExecutedPercent { get; init; } = 80;
}
