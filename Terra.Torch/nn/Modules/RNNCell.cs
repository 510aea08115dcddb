using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>One step of Elman's network: input (N, input size), state (N, H), or both without N.</summary>
    public sealed class RNNCell : Module<Tensor, Tensor?, Tensor>
    {
        private readonly RecurrentParameters _parameters;
        private readonly NonLinearities _nonLinearity;

        internal RNNCell(long inputSize, long hiddenSize, NonLinearities nonLinearity, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(RNNCell))
        {
            _nonLinearity = nonLinearity;
            _parameters = new RecurrentParameters(inputSize, hiddenSize, 1, bias, device, dtype);
            _parameters.Register(this, "");
        }

        /// <summary>(H), or null.</summary>
        public Parameter? bias_ih
        {
            get => _parameters.BiasInput;
            set => ConditionallyRegisterParameter("bias_ih", _parameters.BiasInput = value);
        }

        /// <summary>(H), or null.</summary>
        public Parameter? bias_hh
        {
            get => _parameters.BiasHidden;
            set => ConditionallyRegisterParameter("bias_hh", _parameters.BiasHidden = value);
        }

        /// <summary>(H, input size).</summary>
        public Parameter weight_ih
        {
            get => _parameters.WeightInput;
            set => ConditionallyRegisterParameter("weight_ih", _parameters.WeightInput = value);
        }

        /// <summary>(H, H).</summary>
        public Parameter weight_hh
        {
            get => _parameters.WeightHidden;
            set => ConditionallyRegisterParameter("weight_hh", _parameters.WeightHidden = value);
        }

        /// <summary>Takes a step.</summary>
        /// <param name="input">(N, input size) or (input size).</param>
        /// <param name="h0">The hidden state before, (N, H) or (H); zeros if null.</param>
        /// <returns>The hidden state after.</returns>
        public override Tensor forward(Tensor input, Tensor? h0 = null)
        {
            using Tensor sequence = RecurrentStep.Sequence(input);
            using Tensor state = RecurrentStep.State(_parameters, sequence, h0);
            using Tensor output = RecurrentLayers.Rnn(_parameters, _nonLinearity, sequence, state, reverse: false);
            return RecurrentStep.Result(output, input);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A step of Elman's network; all parameters start uniform in ±1/√hiddenSize.</summary>
            public static RNNCell RNNCell(
                long inputSize, long hiddenSize, NonLinearities nonLinearity = NonLinearities.Tanh, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, nonLinearity, bias, device, dtype);
        }
    }
}
