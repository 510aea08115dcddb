using System.Collections.Concurrent;
using Terra.Runtime.Compiler;
using Terra.Runtime.Core;

namespace Terra.Runtime.Backends.Cpu;

/// <summary>
/// The element-wise part of a recurrent cell: what becomes of the gates' sums, forward and backward, as element expressions that are compiled like those of
/// ops. Gates have the order of PyTorch's weights.
/// </summary>
internal sealed class RecurrentCell
{
    private readonly ConcurrentDictionary<(DType DType, bool IsBackward), PointwiseKernel> _kernels = new();
    private readonly Func<PointwiseBuilder, ForwardValues, IrNode[]> _forward;
    private readonly Func<PointwiseBuilder, BackwardValues, IrNode[]> _backward;

    private RecurrentCell(Func<PointwiseBuilder, ForwardValues, IrNode[]> forward, Func<PointwiseBuilder, BackwardValues, IrNode[]> backward) =>
        (_forward, _backward) = (forward, backward);

    /// <summary>Long short-term memory (Hochreiter and Schmidhuber, 1997; forget gate: Gers et al., 2000): input, forget, cell, output. Keeps them all.</summary>
    public static RecurrentCell Lstm { get; } = new(LstmForward, LstmBackward) { Gates = 4, Saved = 4, HasMemory = true };

    /// <summary>Gated recurrent unit (Cho et al., 2014), reset applied to the product as in cuDNN: reset, update, new. Keeps them, and the new gate's sum over the hidden state.</summary>
    public static RecurrentCell Gru { get; } = new(GruForward, GruBackward) { Gates = 3, Saved = 4, HasHiddenGates = true };

    /// <summary>The Elman cell (1990) with tanh.</summary>
    public static RecurrentCell Tanh { get; } = new(
        static (b, v) => [b.Tanh(b.Add(v.InputGates[0], v.HiddenGates[0]))],
        static (b, v) => [b.Mul(b.Add(v.Carried, v.Incoming), b.Sub(b.Const(1.0, v.Hidden.DType), b.Mul(v.Hidden, v.Hidden)))])
    {
        Gates = 1,
    };

    /// <summary>The Elman cell with max(x, 0).</summary>
    public static RecurrentCell Relu { get; } = new(
        static (b, v) => b.Add(v.InputGates[0], v.HiddenGates[0]) is var sum ? [b.Max(sum, b.Const(0.0, sum.DType))] : [],
        static (b, v) => [b.Where(b.Gt(v.Hidden, b.Const(0.0, v.Hidden.DType)), b.Add(v.Carried, v.Incoming), b.Const(0.0, v.Hidden.DType))])
    {
        Gates = 1,
    };

    /// <summary>How many vectors of the hidden size the sums consist of.</summary>
    public int Gates { get; private init; }

    /// <summary>How many such vectors a step keeps for the gradient.</summary>
    public int Saved { get; private init; }

    /// <summary>There is a second state beside the hidden one.</summary>
    public bool HasMemory { get; private init; }

    /// <summary>The gradients of the sums over the hidden state are not those of the sums over the input, and a bias belongs to the former.</summary>
    public bool HasHiddenGates { get; private init; }

    /// <summary>
    /// A step of one example. Outputs: hidden state, memory if there is one, what is kept. Inputs: sums over the input, sums over the hidden state, their biases,
    /// previous hidden state, previous memory.
    /// </summary>
    public PointwiseKernel Forward(DType dtype) => _kernels.GetOrAdd((dtype, false), key =>
    {
        var builder = new PointwiseBuilder();
        IrNode[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => builder.NewInput(key.DType))];
        var values = new ForwardValues(Take(Gates), Take(Gates), Take(Gates), builder.NewInput(key.DType), builder.NewInput(key.DType));
        return PointwiseKernel.Get(builder.Build(_forward(builder, values)));
    });

    /// <summary>
    /// The gradient of a step. Outputs: of the sums over the input; of the sums over the hidden state and of the previous hidden state directly, if
    /// <see cref="HasHiddenGates"/>; of the previous memory, if there is one. Inputs: what was kept, hidden state, previous hidden state, memory, previous memory, and
    /// the gradients carried from the next step and coming in, of the hidden state and of the memory.
    /// </summary>
    public PointwiseKernel Backward(DType dtype) => _kernels.GetOrAdd((dtype, true), key =>
    {
        var builder = new PointwiseBuilder();
        IrNode Next() => builder.NewInput(key.DType);
        IrNode[] saved = [.. Enumerable.Range(0, Saved).Select(_ => Next())];
        var values = new BackwardValues(saved, Next(), Next(), Next(), Next(), Next(), Next(), Next(), Next());
        return PointwiseKernel.Get(builder.Build(_backward(builder, values)));
    });

    private static IrNode[] LstmForward(PointwiseBuilder b, ForwardValues v)
    {
        IrNode Sum(int gate) => b.Add(v.InputGates[gate], v.HiddenGates[gate]);
        IrNode input = b.Sigmoid(Sum(0)), forget = b.Sigmoid(Sum(1)), candidate = b.Tanh(Sum(2)), output = b.Sigmoid(Sum(3));
        IrNode memory = b.Add(b.Mul(forget, v.PreviousMemory), b.Mul(input, candidate));
        return [b.Mul(output, b.Tanh(memory)), memory, input, forget, candidate, output];
    }

    private static IrNode[] LstmBackward(PointwiseBuilder b, BackwardValues v)
    {
        (IrNode input, IrNode forget, IrNode candidate, IrNode output) = (v.Saved[0], v.Saved[1], v.Saved[2], v.Saved[3]);
        IrNode one = b.Const(1.0, input.DType), active = b.Tanh(v.Memory), hidden = b.Add(v.Carried, v.Incoming);
        IrNode Sigmoidal(IrNode gradient, IrNode gate) => b.Mul(b.Mul(gradient, gate), b.Sub(one, gate));
        IrNode memory = b.Add(b.Add(v.CarriedMemory, v.IncomingMemory), b.Mul(b.Mul(hidden, output), b.Sub(one, b.Mul(active, active))));
        return
        [
            Sigmoidal(b.Mul(memory, candidate), input),
            Sigmoidal(b.Mul(memory, v.PreviousMemory), forget),
            b.Mul(b.Mul(memory, input), b.Sub(one, b.Mul(candidate, candidate))),
            Sigmoidal(b.Mul(hidden, active), output),
            b.Mul(memory, forget),
        ];
    }

    private static IrNode[] GruForward(PointwiseBuilder b, ForwardValues v)
    {
        IrNode Hidden(int gate) => b.Add(v.HiddenGates[gate], v.Biases[gate]);
        IrNode reset = b.Sigmoid(b.Add(v.InputGates[0], Hidden(0))), update = b.Sigmoid(b.Add(v.InputGates[1], Hidden(1))), sum = Hidden(2);
        IrNode candidate = b.Tanh(b.Add(v.InputGates[2], b.Mul(reset, sum)));
        return [b.Add(b.Mul(b.Sub(v.Previous, candidate), update), candidate), reset, update, candidate, sum];
    }

    private static IrNode[] GruBackward(PointwiseBuilder b, BackwardValues v)
    {
        (IrNode reset, IrNode update, IrNode candidate, IrNode sum) = (v.Saved[0], v.Saved[1], v.Saved[2], v.Saved[3]);
        IrNode one = b.Const(1.0, reset.DType), hidden = b.Add(v.Carried, v.Incoming);
        IrNode Sigmoidal(IrNode gradient, IrNode gate) => b.Mul(b.Mul(gradient, gate), b.Sub(one, gate));
        IrNode candidateSum = b.Mul(b.Mul(hidden, b.Sub(one, update)), b.Sub(one, b.Mul(candidate, candidate)));
        IrNode resetSum = Sigmoidal(b.Mul(candidateSum, sum), reset), updateSum = Sigmoidal(b.Mul(hidden, b.Sub(v.Previous, candidate)), update);
        return [resetSum, updateSum, candidateSum, resetSum, updateSum, b.Mul(candidateSum, reset), b.Mul(hidden, update)];
    }

    private sealed record ForwardValues(IrNode[] InputGates, IrNode[] HiddenGates, IrNode[] Biases, IrNode Previous, IrNode PreviousMemory);

    private sealed record BackwardValues(
        IrNode[] Saved,
        IrNode Hidden,
        IrNode Previous,
        IrNode Memory,
        IrNode PreviousMemory,
        IrNode Carried,
        IrNode Incoming,
        IrNode CarriedMemory,
        IrNode IncomingMemory);
}
