namespace Terra;

/// <summary>
/// Overrides the automatic search for the step: each call of the marked method is one iteration, and loops around it are no steps,
/// whatever they run besides. Also usable on a method that contains loops none of which should be taken as the step. Inside another
/// marked step it does nothing.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StepAttribute : Attribute;
