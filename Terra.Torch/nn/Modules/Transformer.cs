using Terra.Runtime.Tracing;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>
    /// Encoder and decoder (Vaswani et al., 2017), each with a layer norm at its end: source (S, N, E) and target (T, N, E) to (T, N, E).
    /// </summary>
    public sealed class Transformer : Module<Tensor, Tensor, Tensor>
    {
        private readonly TransformerEncoder encoder;
        private readonly TransformerDecoder decoder;

        internal Transformer(
            long dimension, long heads, long encoderLayers, long decoderLayers, long hidden, double dropout, torch.nn.Activations activation)
            : base(nameof(Transformer))
        {
            using (TransformerEncoderLayer layer = TransformerEncoderLayer(dimension, heads, hidden, dropout, activation))
            {
                encoder = new TransformerEncoder(layer, encoderLayers, LayerNorm(dimension));
            }

            using (TransformerDecoderLayer layer = TransformerDecoderLayer(dimension, heads, hidden, dropout, activation))
            {
                decoder = new TransformerDecoder(layer, decoderLayers, LayerNorm(dimension));
            }

            RegisterComponents();
            foreach (Parameter parameter in parameters())
            {
                if (parameter.dim() > 1)
                {
                    init.xavier_uniform_(parameter);
                }
            }
        }

        /// <summary>Transforms with masks: of positions (S, S), (T, T) and (T, S), of keys to ignore (N, S), (N, T) and (N, S); each may be null.</summary>
        public Tensor call(
            Tensor src,
            Tensor tgt,
            Tensor? src_mask,
            Tensor? tgt_mask = null,
            Tensor? memory_mask = null,
            Tensor? src_key_padding_mask = null,
            Tensor? tgt_key_padding_mask = null,
            Tensor? memory_key_padding_mask = null)
        {
            LoopFrame frame = default;
            try
            {
                EnterCall(ref frame);
                using Tensor memory = encoder.call(src, src_mask, src_key_padding_mask);
                return decoder.call(tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask);
            }
            finally
            {
                ExitCall(ref frame);
            }
        }

        /// <summary>Transforms without masks.</summary>
        public override Tensor forward(Tensor src, Tensor tgt)
        {
            using Tensor memory = encoder.call(src);
            return decoder.call(tgt, memory);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.Transformer"/>
            public static Transformer Transformer(
                long d_model = 512,
                long nhead = 8,
                long num_encoder_layers = 6,
                long num_decoder_layers = 6,
                long dim_feedforward = 2048,
                double dropout = 0.1,
                Activations activation = Activations.ReLU) =>
                new(d_model, nhead, num_encoder_layers, num_decoder_layers, dim_feedforward, dropout, activation);
        }
    }
}
