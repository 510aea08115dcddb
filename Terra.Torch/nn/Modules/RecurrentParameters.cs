using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules;

/// <summary>
/// The parameters of one recurrent layer in one direction, G gates of hidden size H: weights (G * H, input size) and (G * H, H), biases (G * H) or none.
/// They start uniform in ±1/√H.
/// </summary>
internal sealed class RecurrentParameters
{
    internal RecurrentParameters(long inputSize, long hiddenSize, long gates, bool bias, Device? device, ScalarType? dtype)
    {
        WeightInput = Uniform([gates * hiddenSize, inputSize]);
        WeightHidden = Uniform([gates * hiddenSize, hiddenSize]);
        BiasInput = bias ? Uniform([gates * hiddenSize]) : null;
        BiasHidden = bias ? Uniform([gates * hiddenSize]) : null;

        Parameter Uniform(long[] sizes)
        {
            var parameter = new Parameter(empty(sizes, dtype, device));
            init.UniformByFanIn(parameter, hiddenSize);
            return parameter;
        }
    }

    internal Parameter WeightInput { get; set; }

    internal Parameter WeightHidden { get; set; }

    internal Parameter? BiasInput { get; set; }

    internal Parameter? BiasHidden { get; set; }

    internal long HiddenSize => WeightHidden.Impl.Sizes[1];

    /// <summary>Registers the parameters under their names, each with the suffix.</summary>
    internal void Register(Module owner, string suffix)
    {
        owner.register_parameter("weight_ih" + suffix, WeightInput);
        owner.register_parameter("weight_hh" + suffix, WeightHidden);
        if (BiasInput is not null)
        {
            owner.register_parameter("bias_ih" + suffix, BiasInput);
            owner.register_parameter("bias_hh" + suffix, BiasHidden);
        }
    }

    /// <summary>A state of zeros for a batch of sequences.</summary>
    internal Tensor InitialState(long batch, ScalarType dtype) => zeros([batch, HiddenSize], dtype);
}
