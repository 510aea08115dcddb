using Terra.Runtime.Backends.Cpu;
using Terra.Runtime.Core;
using Terra.Runtime.Ops;
using Terra.Runtime.Tests.Heavy;

namespace Terra.Runtime.Tests.CoExecution;

/// <summary>An op whose kernel other ops can follow, with the sizes of its arguments.</summary>
internal sealed record EpilogueProducer(long[][] Sizes, Func<TensorImpl[], TensorImpl> Op)
{
    /// <summary>Every op of that kind, in the shapes that take different ways through its kernel.</summary>
    public static IReadOnlyDictionary<string, EpilogueProducer> All { get; } = new Dictionary<string, EpilogueProducer>
    {
        ["mm"] = new([[23, 17], [17, 37]], static t => Aten.mm(t[0], t[1])),
        ["mm on several threads"] = new([[129, 67], [67, 131]], static t => Aten.mm(t[0], t[1])),
        ["mm of few columns"] = new([[4053, 9], [9, 3]], static t => Aten.mm(t[0], t[1])) { StaysAlone = true },
        ["mm of few depths"] = new([[331, 5], [5, 1003]], static t => Aten.mm(t[0], t[1])) { StaysAlone = true },
        ["mm of several blocks of depth"] = new([[43, 1100], [1100, 201]], static t => Aten.mm(t[0], t[1])),
        ["mm of no depth"] = new([[5, 0], [0, 7]], static t => Aten.mm(t[0], t[1])),
        ["mm of transposed matrices"] = new([[70, 131], [129, 70]], static t => Aten.mm(Views.t(t[0]), Views.t(t[1]))),
        ["matrix times vector"] = new([[257, 65], [65, 1]], static t => Aten.mm(t[0], t[1])),
        ["vector times matrix"] = new([[1, 129], [129, 517]], static t => Aten.mm(t[0], t[1])),
        ["mv"] = new([[1027, 67], [67]], static t => Composite.mv(t[0], t[1])),
        ["addmm"] = new([[131], [129, 67], [67, 131]], static t => Aten.addmm(t[0], t[1], t[2], 1, 1)),
        ["addmm with factors"] = new([[135, 1], [135, 19], [19, 123]], static t => Aten.addmm(t[0], t[1], t[2], 0.5, -1.5)),
        ["bmm"] = new([[7, 13, 19], [7, 19, 21]], static t => Aten.bmm(t[0], t[1])),
        ["bmm of large matrices"] = new([[3, 67, 19], [3, 19, 133]], static t => Aten.bmm(t[0], t[1])),
        ["mm on one thread"] = new([[101, 17], [17, 131]], static t => Aten.mm(t[0], t[1])),
        ["long vector times matrix"] = new([[1, 29], [29, 8333]], static t => Aten.mm(t[0], t[1])),
        ["long matrix times vector"] = new([[8333, 29], [29, 1]], static t => Aten.mm(t[0], t[1])),
        ["baddbmm"] = new([[3, 1, 131], [3, 53, 19], [3, 19, 131]], static t => Aten.baddbmm(t[0], t[1], t[2], 2, 0.25)),
        ["linear"] = new([[33, 29], [45, 29], [45]], static t => Composite.linear(t[0], t[1], t[2])),
        ["linear of three dimensions"] = new([[3, 11, 29], [45, 29], [45]], static t => Composite.linear(t[0], t[1], t[2])),
        ["linear of three dimensions on several threads"] = new([[3, 43, 65], [133, 65], [133]], static t => Composite.linear(t[0], t[1], t[2])),
        ["linear without bias"] = new([[2, 5, 19], [23, 19]], static t => Composite.linear(t[0], t[1], null)),
        ["plane convolution"] = Convolution([2, 6, 19, 21], [6, 1, 3, 3], padding: 1, groups: 6),
        ["plane convolution of small planes"] = Convolution([2, 6, 9, 11], [6, 1, 3, 3], padding: 1, groups: 6) with { StaysAlone = true },
        ["plane convolution of several regions"] = Convolution([1, 2, 150, 131], [2, 1, 3, 3], padding: 1, groups: 2),
        ["plane convolution, transposed"] = Convolution([2, 6, 9, 11], [6, 1, 3, 3], stride: 2, padding: 1, groups: 6, transposed: true),
        ["plane convolution of volumes"] = Convolution([2, 4, 7, 6, 7], [4, 1, 3, 3, 3], padding: 1, groups: 4),
        ["pixelwise convolution"] = Convolution([2, 67, 32, 32], [19, 67, 1, 1]),
        ["small pixelwise convolution"] = Convolution([3, 7, 5, 7], [21, 7, 1, 1]) with { StaysAlone = true },
        ["small pixelwise convolution on several threads"] = Convolution([9, 64, 7, 7], [130, 64, 1, 1]) with { StaysAlone = true },
        ["line convolution"] = Convolution([2, 3, 33, 61], [35, 3, 3, 3], stride: 2, padding: 1),
        ["Winograd convolution"] = Convolution([2, 32, 19, 23], [32, 32, 3, 3], padding: 1),
        ["Winograd convolution of many results"] = Convolution([1, 64, 16, 15], [128, 64, 3, 3], padding: 1),
        ["direct convolution"] = Convolution([3, 20, 40, 41], [21, 20, 5, 5], padding: 2),
        ["direct convolution of small images"] = Convolution([9, 8, 4, 4], [24, 8, 3, 3], padding: 1),
        ["direct convolution of lines"] = Convolution([3, 8, 133], [13, 8, 5], stride: 2),
        ["direct convolution of volumes"] = Convolution([1, 4, 5, 6, 7], [19, 4, 3, 3, 3], padding: 1),
        ["direct convolution, transposed"] = Convolution([2, 16, 9, 8], [16, 20, 3, 3], stride: 2, padding: 1, transposed: true),
        ["direct convolution, transposed, with results no tap reaches"] = Convolution([2, 16, 5, 4], [16, 20, 1, 1], stride: 2, transposed: true),
    };

    /// <summary>The shape does not pay for an epilogue.</summary>
    public bool StaysAlone { get; private init; }

    /// <summary>Of a convolution.</summary>
    public ConvolutionGeometry? Geometry { get; private init; }

    public bool IsTransposed { get; private init; }

    public TensorImpl[] Arguments(DType dtype) => [.. Sizes.Select((size, i) => TensorData.Random(dtype, i + 1, size))];

    private static EpilogueProducer Convolution(long[] input, long[] weight, long stride = 1, long padding = 0, long groups = 1, bool transposed = false)
    {
        long results = transposed ? weight[1] * groups : weight[0];
        var call = new OpInvocation(OpTable.convolution);
        call.Add([stride]).Add([padding]).Add([1L]).Add(transposed).Add([0L]).Add(groups);
        return new([input, weight, [results]], t => Aten.convolution(t[0], t[1], t[2], [stride], [padding], [1], transposed, [0], groups))
        {
            Geometry = new ConvolutionGeometry(call, input, weight, ConvolutionGeometry.OutputSizes(call, input, weight)),
            IsTransposed = transposed,
        };
    }
}
