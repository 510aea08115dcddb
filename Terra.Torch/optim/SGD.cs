using Terra.Runtime.Ops;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Stochastic gradient descent with momentum, optionally Nesterov's (Sutskever et al., 2013).</summary>
    public class SGD : OptimizerHelper, IMomentum
    {
        public SGD(
            IEnumerable<Parameter> parameters,
            double lr,
            double momentum = 0,
            double dampening = 0,
            double weight_decay = 0,
            bool nesterov = false,
            bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
        {
        }

        /// <exception cref="ArgumentException">An option is out of its range.</exception>
        public SGD(
            IEnumerable<ParamGroup> parameters,
            double lr,
            double momentum = 0,
            double dampening = 0,
            double weight_decay = 0,
            bool nesterov = false,
            bool maximize = false)
        {
            OptionRanges.NotNegative("SGD", ("learning rate", lr), ("momentum", momentum), ("weight_decay", weight_decay));
            if (nesterov && (momentum <= 0 || dampening != 0))
            {
                throw new ArgumentException("SGD: Nesterov momentum requires a momentum and zero dampening", nameof(nesterov));
            }

            Defaults = new ParamGroup([], lr, momentum, dampening, weight_decay, nesterov, maximize).Options;
            AddGroups(parameters);
        }

        /// <summary>The first group's momentum; setting it sets that of all groups.</summary>
        public double Momentum
        {
            get => GroupMomentum;
            set => GroupMomentum = value;
        }

        /// <inheritdoc/>
        public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(Update, closure);

        private protected override OptimizerOptions NewOptions() => new Options();

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        private void Update(ParamGroup group)
        {
            Options options = group.Options;
            double momentum = options.momentum!.Value;
            bool buffered = momentum != 0;
            foreach (StepBatch batch in StepBatch.Sort<State>(group.Parameters, StateOf, state => buffered && state.TryBegin() ? 1 : 0))
            {
                Aten._fused_sgd_(
                    batch.Parameters,
                    batch.Gradients,
                    batch.State<State>(static state => state.momentum_buffer, buffered),
                    options.weight_decay!.Value,
                    momentum,
                    options.LearningRate!.Value,
                    options.dampening!.Value,
                    options.nesterov!.Value,
                    options.maximize!.Value,
                    batch.Stage == 1);
            }
        }

        /// <summary>The options of a group.</summary>
        public class Options : OptimizerOptions
        {
            public double? momentum;
            public double? dampening;
            public double? weight_decay;
            public bool? nesterov;
            public bool? maximize;

            private protected override void Visit(OptionVisitor visitor)
            {
                visitor.Visit(ref momentum);
                visitor.Visit(ref dampening);
                visitor.Visit(ref weight_decay);
                visitor.Visit(ref nesterov);
                visitor.Visit(ref maximize);
            }
        }

        /// <summary>Parameters with options for SGD.</summary>
        public class ParamGroup : ParamGroup<Options>, IMomentum
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            public ParamGroup(
                IEnumerable<Parameter> parameters,
                double lr = 0.001,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false)
                : base(
                    parameters,
                    new Options
                    {
                        LearningRate = lr,
                        momentum = momentum,
                        dampening = dampening,
                        weight_decay = weight_decay,
                        nesterov = nesterov,
                        maximize = maximize,
                    })
            {
            }

            public double Momentum
            {
                get => Options.momentum!.Value;
                set => Options.momentum = value;
            }
        }

        /// <summary>The momentum of one parameter.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            /// <summary>The decaying sum of gradients; null before the first step with momentum.</summary>
            public Tensor? momentum_buffer;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            /// <inheritdoc/>
            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                momentum_buffer = null;
            }

            /// <inheritdoc/>
            public override void LoadStateDict(BinaryReader reader) => Read(reader);

            /// <inheritdoc/>
            public override void SaveStateDict(BinaryWriter writer) => Write(writer);

            /// <inheritdoc/>
            public override void LoadStateDict(OptimizerState source) => Take(source);

            public void Dispose() => DisposeTensors();

            private protected override void Visit(StateVisitor visitor)
            {
                visitor.VisitOptional(ref momentum_buffer);
            }

            /// <summary>Makes the buffer if there is none; true if so: the first gradient is taken as it is.</summary>
            internal bool TryBegin()
            {
                if (momentum_buffer is not null)
                {
                    return false;
                }

                momentum_buffer = ZerosLikeParameter();
                return true;
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <inheritdoc cref="Modules.SGD"/>
            public static SGD SGD(
                IEnumerable<Parameter> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            /// <inheritdoc cref="Modules.SGD"/>
            public static SGD SGD(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false) =>
                new(parameters.Select(static entry => entry.parameter), learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            /// <inheritdoc cref="Modules.SGD"/>
            public static SGD SGD(
                IEnumerable<SGD.ParamGroup> parameters,
                double learningRate,
                double momentum = 0,
                double dampening = 0,
                double weight_decay = 0,
                bool nesterov = false,
                bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}
