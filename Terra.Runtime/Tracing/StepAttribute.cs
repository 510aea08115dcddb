namespace Terra;

/// <summary>
/// Overrides the automatic search for the step: each call of the marked method is one iteration. Also usable on a method that
/// contains loops none of which should be taken as the step.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StepAttribute : Attribute;
