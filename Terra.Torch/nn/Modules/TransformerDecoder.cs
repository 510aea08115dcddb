using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Modules
{
    /// <summary>
    /// Self-attention, attention to an encoder's output and a feed-forward network, each with a residual and layer norm after it:
    /// (T, N, E) and memory (S, N, E) to (T, N, E).
    /// </summary>
    public sealed class TransformerDecoderLayer : Module<Tensor, Tensor, Tensor?, Tensor?, Tensor?, Tensor?, Tensor>
    {
        private readonly MultiheadAttention self_attn;
        private readonly MultiheadAttention multihead_attn;
        private readonly Linear linear1;
        private readonly Dropout dropout;
        private readonly Linear linear2;
        private readonly LayerNorm norm1;
        private readonly LayerNorm norm2;
        private readonly LayerNorm norm3;
        private readonly Dropout dropout1;
        private readonly Dropout dropout2;
        private readonly Dropout dropout3;
        private readonly Func<TransformerDecoderLayer> _clone;
        private readonly torch.nn.Activations _activation;

        internal TransformerDecoderLayer(long dimension, long heads, long hidden, double dropoutProbability, torch.nn.Activations activation)
            : base(nameof(TransformerDecoderLayer))
        {
            self_attn = MultiheadAttention(dimension, heads, dropoutProbability);
            multihead_attn = MultiheadAttention(dimension, heads, dropoutProbability);
            linear1 = Linear(dimension, hidden);
            dropout = Dropout(dropoutProbability);
            linear2 = Linear(hidden, dimension);
            norm1 = LayerNorm(dimension);
            norm2 = LayerNorm(dimension);
            norm3 = LayerNorm(dimension);
            dropout1 = Dropout(dropoutProbability);
            dropout2 = Dropout(dropoutProbability);
            dropout3 = Dropout(dropoutProbability);
            _activation = activation;
            _clone = () => new TransformerDecoderLayer(dimension, heads, hidden, dropoutProbability, activation);
            RegisterComponents();
        }

        /// <inheritdoc cref="forward"/>
        public new Tensor call(
            Tensor tgt,
            Tensor memory,
            Tensor? tgt_mask,
            Tensor? memory_mask = null,
            Tensor? tgt_key_padding_mask = null,
            Tensor? memory_key_padding_mask = null) =>
            base.call(tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask);

        /// <summary>Decodes without masks.</summary>
        public Tensor call(Tensor tgt, Tensor memory) => base.call(tgt, memory, null, null, null, null);

        /// <summary>Decodes with masks: (T, T) and (T, S) of positions, (N, T) and (N, S) of keys to ignore; each may be null.</summary>
        public override Tensor forward(
            Tensor tgt, Tensor memory, Tensor? tgt_mask, Tensor? memory_mask, Tensor? tgt_key_padding_mask, Tensor? memory_key_padding_mask)
        {
            (Tensor attended, _) = self_attn.call(tgt, tgt, tgt, tgt_key_padding_mask, false, tgt_mask);
            using Tensor self = AddAndNormalize(tgt, attended, dropout1, norm1);
            (Tensor recalled, _) = multihead_attn.call(self, memory, memory, memory_key_padding_mask, false, memory_mask);
            using Tensor cross = AddAndNormalize(self, recalled, dropout2, norm2);
            return AddAndNormalize(cross, FeedForward(cross), dropout3, norm3);
        }

        /// <summary>A layer of the same shape with parameters of its own that start with the same values.</summary>
        internal TransformerDecoderLayer Copy()
        {
            TransformerDecoderLayer copy = _clone();
            copy.load_state_dict(state_dict());
            return copy;
        }

        /// <summary>norm(input + dropout(change)); takes over the change.</summary>
        private static Tensor AddAndNormalize(Tensor input, Tensor change, Dropout dropout, LayerNorm norm)
        {
            using (change)
            using (Tensor dropped = dropout.call(change))
            using (Tensor sum = input + dropped)
            {
                return norm.call(sum);
            }
        }

        private Tensor FeedForward(Tensor input)
        {
            using Tensor hidden = linear1.call(input);
            using Tensor activated = _activation == torch.nn.Activations.GELU ? functional.gelu(hidden) : functional.relu(hidden);
            using Tensor dropped = dropout.call(activated);
            return linear2.call(dropped);
        }
    }

    /// <summary>Decoder layers one after another: (T, N, E) and memory (S, N, E) to (T, N, E).</summary>
    public sealed class TransformerDecoder : Module<Tensor, Tensor, Tensor?, Tensor?, Tensor?, Tensor?, Tensor>
    {
        private readonly ModuleList<TransformerDecoderLayer> layers;
        private readonly LayerNorm? norm;

        internal TransformerDecoder(TransformerDecoderLayer layer, long count, LayerNorm? finalNorm = null)
            : base(nameof(TransformerDecoder))
        {
            layers = ModuleList<TransformerDecoderLayer>();
            for (long i = 0; i < count; i++)
            {
                layers.Add(layer.Copy());
            }

            norm = finalNorm;
            RegisterComponents();
        }

        /// <inheritdoc cref="forward"/>
        public new Tensor call(
            Tensor tgt,
            Tensor memory,
            Tensor? tgt_mask,
            Tensor? memory_mask = null,
            Tensor? tgt_key_padding_mask = null,
            Tensor? memory_key_padding_mask = null) =>
            base.call(tgt, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask);

        /// <summary>Decodes without masks.</summary>
        public Tensor call(Tensor tgt, Tensor memory) => base.call(tgt, memory, null, null, null, null);

        /// <inheritdoc cref="TransformerDecoderLayer.forward"/>
        public override Tensor forward(
            Tensor tgt,
            Tensor memory,
            Tensor? tgt_mask,
            Tensor? memory_mask = null,
            Tensor? tgt_key_padding_mask = null,
            Tensor? memory_key_padding_mask = null)
        {
            Tensor current = tgt.SameTensor();
            foreach (TransformerDecoderLayer layer in layers)
            {
                using Tensor previous = current;
                current = layer.call(previous, memory, tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask);
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
            /// <inheritdoc cref="Modules.TransformerDecoderLayer"/>
            public static TransformerDecoderLayer TransformerDecoderLayer(
                long d_model = 512, long nhead = 8, long dim_feedforward = 2048, double dropout = 0.1, Activations activation = Activations.ReLU) =>
                new(d_model, nhead, dim_feedforward, dropout, activation);

            /// <summary>A decoder of copies of a layer, which all start with its values.</summary>
            public static TransformerDecoder TransformerDecoder(TransformerDecoderLayer decoder_layer, long num_layers) =>
                new(decoder_layer, num_layers);
        }
    }
}
