namespace Terra.EndToEnd.UnwovenHelpers;

/// <summary>A program of the differential harness: a static method that takes an <see cref="Observer"/> and returns nothing, or a task.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EndToEndProgramAttribute : Attribute
{
    /// <summary>The least number of iterations that must have been co-executed; 0 for programs that need not settle.</summary>
    public int CoExecutes { get; init; } = 1;
}
