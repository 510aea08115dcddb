using Terra.Runtime.Core;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Parameters that one op updates together: those of a group with a gradient, one dtype and the same number of steps behind them.</summary>
internal sealed class StepBatch
{
    private readonly List<Parameter> _parameters = [];
    private readonly List<OptimizerState> _states = [];

    private StepBatch(DType dtype, long stage) => (DType, Stage) = (dtype, stage);

    /// <summary>The dtype of the parameters.</summary>
    internal DType DType { get; }

    /// <summary>What the optimizer said of the state of each parameter, such as its number of steps.</summary>
    internal long Stage { get; }

    internal TensorImpl[] Parameters => [.. _parameters.Select(static parameter => parameter.Impl)];

    /// <summary>The parameters' own gradients, borrowed.</summary>
    internal TensorImpl[] Gradients => [.. _parameters.Select(static parameter => parameter.Impl.Autograd!.Grad!)];

    /// <summary>Sorts the parameters that have a gradient into batches.</summary>
    /// <param name="parameters">The parameters of a group.</param>
    /// <param name="stateOf">A parameter's state.</param>
    /// <param name="stage">Called once a state, in order.</param>
    internal static List<StepBatch> Sort<TState>(IEnumerable<Parameter> parameters, Func<Parameter, OptimizerState> stateOf, Func<TState, long> stage)
        where TState : OptimizerState
    {
        var batches = new List<StepBatch>();
        foreach (Parameter parameter in parameters)
        {
            if (parameter.Impl.Autograd?.Grad is null)
            {
                continue;
            }

            var state = (TState)stateOf(parameter);
            long reached = stage(state);
            StepBatch? batch = batches.Find(batch => batch.Stage == reached && batch.DType == parameter.Impl.DType);
            if (batch is null)
            {
                batch = new StepBatch(parameter.Impl.DType, reached);
                batches.Add(batch);
            }

            batch._parameters.Add(parameter);
            batch._states.Add(state);
        }

        return batches;
    }

    /// <summary>One tensor of each parameter's state; none if the option that asks for it is off.</summary>
    internal TensorImpl[] State<TState>(Func<TState, Tensor?> tensor, bool isUsed = true)
        where TState : OptimizerState => isUsed ? [.. _states.Select(state => tensor((TState)state)!.Impl)] : [];
}
