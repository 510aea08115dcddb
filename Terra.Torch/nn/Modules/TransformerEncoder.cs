using Terra.Runtime.Tracing;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>Self-attention and a feed-forward network, each with a residual and layer norm after it: (S, N, E) -> (S, N, E).</summary>
    public sealed class TransformerEncoderLayer : Module<Tensor, Tensor>
    {
        private readonly MultiheadAttention self_attn;
        private readonly Linear linear1;
        private readonly Dropout dropout;
        private readonly Linear linear2;
        private readonly LayerNorm norm1;
        private readonly LayerNorm norm2;
        private readonly Dropout dropout1;
        private readonly Dropout dropout2;
        private readonly Func<TransformerEncoderLayer> _clone;
        private readonly torch.nn.Activations _activation;

        internal TransformerEncoderLayer(long dimension, long heads, long hidden, double dropoutProbability, torch.nn.Activations activation)
            : base(nameof(TransformerEncoderLayer))
        {
            self_attn = MultiheadAttention(dimension, heads, dropoutProbability);
            linear1 = Linear(dimension, hidden);
            dropout = Dropout(dropoutProbability);
            linear2 = Linear(hidden, dimension);
            norm1 = LayerNorm(dimension);
            norm2 = LayerNorm(dimension);
            dropout1 = Dropout(dropoutProbability);
            dropout2 = Dropout(dropoutProbability);
            _activation = activation;
            _clone = () => new TransformerEncoderLayer(dimension, heads, hidden, dropoutProbability, activation);
            RegisterComponents();
        }

        /// <summary>Encodes without masks.</summary>
        public override Tensor forward(Tensor src) => Encode(src, null, null);

        /// <summary>Encodes with a mask (S, S) of positions, true (or -∞ to be added) where attention is forbidden.</summary>
        public Tensor call(Tensor src, Tensor? src_mask) => call(src, src_mask, null);

        /// <summary>Encodes with a mask (S, S) of positions, and one (N, S) of keys to ignore.</summary>
        public Tensor call(Tensor src, Tensor? src_mask, Tensor? src_key_padding_mask)
        {
            LoopFrame frame = default;
            try
            {
                EnterCall(ref frame);
                return Encode(src, src_mask, src_key_padding_mask);
            }
            finally
            {
                ExitCall(ref frame);
            }
        }

        /// <summary>A layer of the same shape with parameters of its own that start with the same values.</summary>
        internal TransformerEncoderLayer Copy()
        {
            TransformerEncoderLayer copy = _clone();
            copy.load_state_dict(state_dict());
            return copy;
        }

        private Tensor Encode(Tensor source, Tensor? mask, Tensor? keyPaddingMask)
        {
            (Tensor attended, _) = self_attn.call(source, source, source, keyPaddingMask, false, mask);
            using (attended)
            using (Tensor dropped = dropout1.call(attended))
            using (Tensor residual = source + dropped)
            using (Tensor normalized = norm1.call(residual))
            using (Tensor transformed = FeedForward(normalized))
            using (Tensor sum = normalized + transformed)
            {
                return norm2.call(sum);
            }
        }

        private Tensor FeedForward(Tensor input)
        {
            using Tensor hidden = linear1.call(input);
            using Tensor activated = _activation == torch.nn.Activations.GELU ? functional.gelu(hidden) : functional.relu(hidden);
            using Tensor dropped = dropout.call(activated);
            using Tensor result = linear2.call(dropped);
            return dropout2.call(result);
        }
    }

    /// <summary>Encoder layers one after another: (S, N, E) -> (S, N, E).</summary>
    public sealed class TransformerEncoder : Module<Tensor, Tensor?, Tensor?, Tensor>
    {
        private readonly ModuleList<TransformerEncoderLayer> layers;
        private readonly LayerNorm? norm;

        internal TransformerEncoder(TransformerEncoderLayer layer, long count, LayerNorm? finalNorm = null)
            : base(nameof(TransformerEncoder))
        {
            layers = ModuleList<TransformerEncoderLayer>();
            for (long i = 0; i < count; i++)
            {
                layers.Add(layer.Copy());
            }

            norm = finalNorm;
            RegisterComponents();
        }

        /// <summary>Encodes with a mask (S, S) of positions.</summary>
        public Tensor call(Tensor src, Tensor? src_mask) => base.call(src, src_mask, null);

        /// <summary>Encodes without masks.</summary>
        public Tensor call(Tensor src) => base.call(src, null, null);

        /// <summary>Encodes with a mask (S, S) of positions, and one (N, S) of keys to ignore; both may be null.</summary>
        public override Tensor forward(Tensor src, Tensor? src_mask, Tensor? src_key_padding_mask)
        {
            Tensor current = src.SameTensor();
            foreach (TransformerEncoderLayer layer in layers)
            {
                using Tensor previous = current;
                current = layer.call(previous, src_mask, src_key_padding_mask);
            }

            if (norm is null)
            {
                return current;
            }

            using (current)
            {
                return norm.call(current);
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
            /// <inheritdoc cref="Modules.TransformerEncoderLayer"/>
            public static TransformerEncoderLayer TransformerEncoderLayer(
                long d_model = 512, long nhead = 8, long dim_feedforward = 2048, double dropout = 0.1, Activations activation = Activations.ReLU) =>
                new(d_model, nhead, dim_feedforward, dropout, activation);

            /// <summary>An encoder of copies of a layer, which all start with its values.</summary>
            public static TransformerEncoder TransformerEncoder(TransformerEncoderLayer encoder_layer, long num_layers) =>
                new(encoder_layer, num_layers);
        }
    }
}
