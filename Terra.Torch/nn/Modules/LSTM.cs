using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Long short-term memory over sequences (Hochreiter and Schmidhuber, 1997), several layers deep.</summary>
    public sealed class LSTM : Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)>
    {
        private readonly RecurrentStack _stack;

        internal LSTM(
            long inputSize, long hiddenSize, long layers, bool bias, bool batchFirst, double dropout, bool bidirectional, Device? device, ScalarType? dtype)
            : base(nameof(LSTM)) =>
            _stack = new RecurrentStack(this, 4, inputSize, hiddenSize, layers, bias, batchFirst, dropout, bidirectional, device, dtype);

        /// <inheritdoc cref="forward"/>
        public new (Tensor, Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);

        /// <summary>Passes packed sequences through the layers.</summary>
        /// <param name="input">Packed rows of the input size.</param>
        /// <param name="h0_c0">Hidden states and memories before the first step, (layers * directions, N, H) each; zeros if null.</param>
        /// <returns>The last layer's hidden states, packed likewise, and the hidden states and memories after each sequence's last step.</returns>
        public (nn.utils.rnn.PackedSequence, Tensor, Tensor) call(nn.utils.rnn.PackedSequence input, (Tensor, Tensor)? h0_c0 = null)
        {
            (nn.utils.rnn.PackedSequence output, Tensor[] states) = _stack.Run(input, [h0_c0?.Item1, h0_c0?.Item2], training, RunLayer);
            return (output, states[0], states[1]);
        }

        /// <summary>Passes a sequence through the layers.</summary>
        /// <param name="input">(T, N, input size), (N, T, input size) if the batch comes first, or (T, input size).</param>
        /// <param name="h0_c0">Hidden states and memories before the first step, (layers * directions, N, H) each; zeros if null.</param>
        /// <returns>The last layer's hidden states (T, N, directions * H), and the hidden states and memories after the last step.</returns>
        public override (Tensor, Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0 = null)
        {
            (Tensor output, Tensor[] states) = _stack.Run(input, [h0_c0?.Item1, h0_c0?.Item2], training, RunLayer);
            return (output, states[0], states[1]);
        }

        /// <summary>The weights are as the engine wants them, always.</summary>
        public void flatten_parameters()
        {
        }

        private static (Tensor Output, Tensor[] States) RunLayer(RecurrentParameters parameters, Tensor sequence, Tensor[] states, bool reverse)
        {
            (Tensor result, Tensor memories) = RecurrentLayers.Lstm(parameters, sequence, states[0], states[1], reverse);
            using (memories)
            {
                return (result, [RecurrentStack.Last(result, reverse), RecurrentStack.Last(memories, reverse)]);
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
            /// <summary>An LSTM; all parameters start uniform in ±1/√hiddenSize.</summary>
            /// <param name="inputSize">Features of the input.</param>
            /// <param name="hiddenSize">Features of the hidden state.</param>
            /// <param name="numLayers">Layers one on another.</param>
            /// <param name="bias">Whether there are biases.</param>
            /// <param name="batchFirst">Whether input and output are (N, T, *) instead of (T, N, *).</param>
            /// <param name="dropout">Dropout probability between layers in training.</param>
            /// <param name="bidirectional">Whether each layer also runs backward in time.</param>
            /// <param name="device">Where the parameters are.</param>
            /// <param name="dtype">Their dtype.</param>
            public static LSTM LSTM(
                long inputSize,
                long hiddenSize,
                long numLayers = 1,
                bool bias = true,
                bool batchFirst = false,
                double dropout = 0,
                bool bidirectional = false,
                Device? device = null,
                ScalarType? dtype = null) =>
                new(inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, device, dtype);
        }
    }
}
