namespace Terra.Runtime.Tracing;

/// <summary>What a front-end reports besides ops, so that the step loop can be found without annotation.</summary>
public static class StepMarkers
{
    /// <summary>An optimizer's step begins.</summary>
    public static void OptimizerStep() => ProgramFlow.Current?.MarkOptimizerStep();

    /// <summary>A backward pass begins.</summary>
    public static void Backward() => ProgramFlow.Current?.MarkBackward();

    /// <summary>A root module (one not called by another) is called.</summary>
    public static void ModelCall() => ProgramFlow.Current?.MarkModelCall();
}
