using Terra.Runtime.Autograd;
using Terra.Runtime.Diagnostics;

namespace Terra.Runtime.Tracing;

/// <summary>What a front-end reports besides ops, so that the step can be found without annotation.</summary>
public static class StepMarkers
{
    /// <summary>An optimizer's step begins.</summary>
    public static void OptimizerStep() => ProgramFlow.Held?.MarkOptimizerStep();

    /// <summary>A backward pass begins.</summary>
    public static void Backward() => ProgramFlow.Held?.MarkBackward();

    /// <summary>
    /// A root module (one not called by another) is called. The innermost loop learns of it; without gradients and where there is no loop, such as in
    /// a server's handler, the call itself can become an iteration. <see cref="ExitModel"/> must follow, after an exception as well.
    /// </summary>
    /// <param name="modelId">The module's own, 0 until it is given one here.</param>
    /// <param name="frame">A local of the call.</param>
    public static void EnterModel(ref int modelId, ref LoopFrame frame)
    {
        if (ProgramFlow.Current is { InnermostLoop: not null })
        {
            ProgramFlow.Held?.MarkModelCall();
        }
        else if (!GradMode.IsEnabled && TerraRuntime.Mode != TerraMode.Off)
        {
            if (modelId == 0)
            {
                Interlocked.CompareExchange(ref modelId, SiteTable.NextId(), 0);
            }

            frame.Record = ProgramFlow.HeldOrNew()?.EnterModel(modelId);
        }
    }

    /// <summary>The call of the root module is over.</summary>
    public static void ExitModel(ref LoopFrame frame) => ProgramHooks.ExitLoop(ref frame);
}
