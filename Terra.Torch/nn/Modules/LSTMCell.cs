using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>One step of an LSTM: input (N, input size), states (N, H), or both without N.</summary>
    public sealed class LSTMCell : Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)>
    {
        private readonly RecurrentParameters _parameters;

        internal LSTMCell(long inputSize, long hiddenSize, bool bias, Device? device, ScalarType? dtype)
            : base(nameof(LSTMCell))
        {
            _parameters = new RecurrentParameters(inputSize, hiddenSize, 4, bias, device, dtype);
            _parameters.Register(this, "");
        }

        /// <summary>(4 * H), or null.</summary>
        public Parameter? bias_ih
        {
            get => _parameters.BiasInput;
            set => ConditionallyRegisterParameter("bias_ih", _parameters.BiasInput = value);
        }

        /// <summary>(4 * H), or null.</summary>
        public Parameter? bias_hh
        {
            get => _parameters.BiasHidden;
            set => ConditionallyRegisterParameter("bias_hh", _parameters.BiasHidden = value);
        }

        /// <summary>(4 * H, input size).</summary>
        public Parameter weight_ih
        {
            get => _parameters.WeightInput;
            set => ConditionallyRegisterParameter("weight_ih", _parameters.WeightInput = value);
        }

        /// <summary>(4 * H, H).</summary>
        public Parameter weight_hh
        {
            get => _parameters.WeightHidden;
            set => ConditionallyRegisterParameter("weight_hh", _parameters.WeightHidden = value);
        }

        /// <inheritdoc cref="forward"/>
        public new (Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);

        /// <summary>Takes a step.</summary>
        /// <param name="input">(N, input size) or (input size).</param>
        /// <param name="h0_c0">Hidden state and memory before, (N, H) or (H) each; zeros if null.</param>
        /// <returns>Hidden state and memory after.</returns>
        public override (Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0)
        {
            using Tensor sequence = RecurrentStep.Sequence(input);
            using Tensor hidden = RecurrentStep.State(_parameters, sequence, h0_c0?.Item1);
            using Tensor memory = RecurrentStep.State(_parameters, sequence, h0_c0?.Item2);
            (Tensor output, Tensor memories) = RecurrentLayers.Lstm(_parameters, sequence, hidden, memory, reverse: false);
            using (output)
            using (memories)
            {
                return (RecurrentStep.Result(output, input), RecurrentStep.Result(memories, input));
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>A step of an LSTM; all parameters start uniform in ±1/√hiddenSize.</summary>
            public static LSTMCell LSTMCell(
                long inputSize, long hiddenSize, bool bias = true, Device? device = null, ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, bias, device, dtype);
        }
    }
}
