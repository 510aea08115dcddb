using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Terra.Bench.Kernels.Models;

/// <summary>A decoder-only transformer: token numbers (N, L) -> logits (N, L, vocabulary).</summary>
internal sealed class Gpt : Module<Tensor, Tensor>
{
    private readonly Embedding tokens;
    private readonly Embedding positions;
    private readonly Sequential blocks;
    private readonly LayerNorm norm;
    private readonly Linear head;

    public Gpt(long vocabulary, long length, long width, int layers, long heads)
        : base(nameof(Gpt))
    {
        tokens = Embedding(vocabulary, width);
        positions = Embedding(length, width);
        blocks = Sequential(Enumerable.Range(0, layers).Select(_ => (Module<Tensor, Tensor>)new Block(width, heads)).ToArray());
        norm = LayerNorm(width);
        head = Linear(width, vocabulary, hasBias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using Tensor numbers = arange(input.shape[1], int64);
        using Tensor what = tokens.call(input);
        using Tensor where = positions.call(numbers);
        using Tensor first = what + where;
        using Tensor last = blocks.call(first);
        using Tensor normal = norm.call(last);
        return head.call(normal);
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly long _heads;
        private readonly LayerNorm norm1;
        private readonly Linear inputs;
        private readonly Linear output;
        private readonly LayerNorm norm2;
        private readonly Sequential feedForward;

        public Block(long width, long heads)
            : base(nameof(Block))
        {
            _heads = heads;
            norm1 = LayerNorm(width);
            inputs = Linear(width, 3 * width);
            output = Linear(width, width);
            norm2 = LayerNorm(width);
            feedForward = Sequential(Linear(width, 4 * width), GELU(), Linear(4 * width, width));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using Tensor normal = norm1.call(input);
            using Tensor attended = Attend(normal);
            using Tensor middle = input + attended;
            using Tensor again = norm2.call(middle);
            using Tensor forwarded = feedForward.call(again);
            return middle + forwarded;
        }

        private Tensor Attend(Tensor x)
        {
            (long n, long length, long width) = (x.shape[0], x.shape[1], x.shape[2]);
            using Tensor all = inputs.call(x);
            using Tensor split = all.view(n, length, 3, _heads, width / _heads);
            using Tensor parts = split.permute(2, 0, 3, 1, 4);
            using Tensor query = parts[0], key = parts[1], value = parts[2];
            using Tensor mixed = functional.scaled_dot_product_attention(query, key, value, is_casual: true);
            using Tensor turned = mixed.transpose(1, 2);
            using Tensor flat = turned.reshape(n, length, width);
            return output.call(flat);
        }
    }
}
