using TorchSharp;
using static TorchSharp.torch;

namespace Terra.Bench.Kernels.Cases;

/// <summary>scaled_dot_product_attention: batch 8, 8 heads of 32 or 64; forward, and forward with backward.</summary>
internal static class AttentionCases
{
    private const string Group = "attention";
    private const long Batch = 8, Heads = 8;

    public static IEnumerable<KernelCase> All =>
        from shape in new[] { (Length: 128L, Head: 32L), (Length: 256L, Head: 32L), (Length: 512L, Head: 64L), (Length: 1024L, Head: 64L) }
        from causal in new[] { false, true }
        from backward in new[] { false, true }
        select Attention(shape.Length, shape.Head, causal, backward);

    private static KernelCase Attention(long length, long head, bool causal, bool backward) => new(
        $"seq {length} head {head}{(causal ? " causal" : "")}{(backward ? " forward+backward" : " forward")}",
        Group,
        new Work(Batch * Heads * 4.0 * length * length * head * (backward ? 3 : 1) * (causal ? 0.5 : 1)),
        new PeerCase("attention", new { batch = Batch, heads = Heads, length, head, causal, backward }),
        () =>
        {
            Tensor[] inputs = Enumerable.Range(0, 3).Select(_ => randn([Batch, Heads, length, head], requires_grad: backward)).ToArray();
            Tensor gradient = randn(Batch, Heads, length, head);
            return () =>
            {
                using Tensor y = nn.functional.scaled_dot_product_attention(inputs[0], inputs[1], inputs[2], is_casual: causal);
                if (backward)
                {
                    foreach (Tensor result in autograd.grad([y], inputs, [gradient]))
                    {
                        result.Dispose();
                    }
                }
            };
        });
}
