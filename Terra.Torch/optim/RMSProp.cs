using Terra.Runtime.Ops;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>RMSprop (Hinton, 2012), optionally centered (Graves, 2013) and with momentum.</summary>
    public class RMSProp : OptimizerHelper, IMomentum
    {
        public RMSProp(
            IEnumerable<Parameter> parameters,
            double lr = 0.001,
            double alpha = 0.99,
            double eps = 1e-08,
            double weight_decay = 0,
            double momentum = 0,
            bool centered = false,
            bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, alpha, eps, weight_decay, momentum, centered, maximize)
        {
        }

        /// <exception cref="ArgumentException">An option is out of its range.</exception>
        public RMSProp(
            IEnumerable<ParamGroup> parameters,
            double lr = 0.001,
            double alpha = 0.99,
            double eps = 1e-08,
            double weight_decay = 0,
            double momentum = 0,
            bool centered = false,
            bool maximize = false)
        {
            OptionRanges.NotNegative(
                "RMSProp", ("learning rate", lr), ("alpha", alpha), ("eps", eps), ("weight_decay", weight_decay), ("momentum", momentum));
            Defaults = new Options
            {
                LearningRate = lr,
                alpha = alpha,
                eps = eps,
                weight_decay = weight_decay,
                momentum = momentum,
                centered = centered,
                maximize = maximize,
            };
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
            bool centered = options.centered!.Value;
            foreach (StepBatch batch in StepBatch.Sort<State>(group.Parameters, StateOf, state => state.Begin(momentum != 0, centered)))
            {
                Aten._fused_rmsprop_(
                    batch.Parameters,
                    batch.Gradients,
                    batch.State<State>(static state => state.square_avg),
                    batch.State<State>(static state => state.momentum_buffer, momentum != 0),
                    batch.State<State>(static state => state.grad_avg, centered),
                    options.LearningRate!.Value,
                    options.alpha!.Value,
                    options.eps!.Value,
                    options.weight_decay!.Value,
                    momentum,
                    centered,
                    options.maximize!.Value);
            }
        }

        /// <summary>The options of a group.</summary>
        public class Options : OptimizerOptions
        {
            public bool? maximize;
            public double? momentum;
            public double? alpha;
            public double? eps;
            public double? weight_decay;
            public bool? centered;

            private protected override void Visit(OptionVisitor visitor)
            {
                visitor.Visit(ref maximize);
                visitor.Visit(ref momentum);
                visitor.Visit(ref alpha);
                visitor.Visit(ref eps);
                visitor.Visit(ref weight_decay);
                visitor.Visit(ref centered);
            }
        }

        /// <summary>Parameters with options for RMSprop.</summary>
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
                double eps = 1e-08,
                double alpha = 0.99,
                double weight_decay = 0,
                double momentum = 0,
                bool centered = false)
                : base(
                    parameters,
                    new Options { LearningRate = lr, eps = eps, alpha = alpha, weight_decay = weight_decay, momentum = momentum, centered = centered })
            {
            }

            public double Momentum
            {
                get => Options.momentum!.Value;
                set => Options.momentum = value;
            }
        }

        /// <summary>The averages of one parameter's gradient.</summary>
        public sealed class State : OptimizerState, IDisposable
        {
            /// <summary>How many steps were made.</summary>
            public long step;

            /// <summary>Decaying average of the gradients' squares.</summary>
            public Tensor square_avg = null!;

            /// <summary>The decaying sum of updates; null without momentum.</summary>
            public Tensor? momentum_buffer;

            /// <summary>Decaying average of the gradients; null if not centered.</summary>
            public Tensor? grad_avg;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            /// <inheritdoc/>
            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                step = 0;
                square_avg = ZerosLikeParameter();
                momentum_buffer = ((Options)options).momentum!.Value != 0 ? ZerosLikeParameter() : null;
                grad_avg = ((Options)options).centered!.Value ? ZerosLikeParameter() : null;
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
                visitor.Visit(ref step);
                visitor.Visit(ref square_avg);
                visitor.VisitOptional(ref momentum_buffer);
                visitor.VisitOptional(ref grad_avg);
            }

            /// <summary>Counts a step, with the tensors it needs: options may have been changed since the last. All parameters of a group are at one stage.</summary>
            internal long Begin(bool buffered, bool centered)
            {
                step++;
                momentum_buffer ??= buffered ? ZerosLikeParameter() : null;
                grad_avg ??= centered ? ZerosLikeParameter() : null;
                return 0;
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
            /// <inheritdoc cref="Modules.RMSProp"/>
            public static RMSProp RMSProp(
                IEnumerable<Parameter> parameters,
                double lr = 0.01,
                double alpha = 0.99,
                double eps = 1e-08,
                double weight_decay = 0,
                double momentum = 0,
                bool centered = false,
                bool maximize = false) =>
                new(parameters, lr, alpha, eps, weight_decay, momentum, centered, maximize);

            /// <inheritdoc cref="Modules.RMSProp"/>
            public static RMSProp RMSProp(
                IEnumerable<(string name, Parameter parameter)> parameters,
                double lr = 0.01,
                double alpha = 0.99,
                double eps = 1e-08,
                double weight_decay = 0,
                double momentum = 0,
                bool centered = false,
                bool maximize = false) =>
                new(parameters.Select(static entry => entry.parameter), lr, alpha, eps, weight_decay, momentum, centered, maximize);

            /// <inheritdoc cref="Modules.RMSProp"/>
            public static RMSProp RMSProp(
                IEnumerable<RMSProp.ParamGroup> parameters,
                double lr = 0.01,
                double alpha = 0.99,
                double eps = 1e-08,
                double weight_decay = 0,
                double momentum = 0,
                bool centered = false,
                bool maximize = false) =>
                new(parameters, lr, alpha, eps, weight_decay, momentum, centered, maximize);
        }
    }
}
